package dev.eventloop.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Describes what the figures depend on, without host or user names. */
public final class Machine {
    private Machine() {}

    /** Returns one line with the CPU, memory, kernel and Java version. */
    public static String describe() {
        return "%s, %d cores, %d GiB, %s %s, Java %s (%s)"
                .formatted(
                        processor(),
                        Runtime.getRuntime().availableProcessors(),
                        memoryGib(),
                        System.getProperty("os.name"),
                        // Without the distributor's suffix, as in 6.1.0-18-amd64
                        System.getProperty("os.version").replaceAll("-.*", ""),
                        System.getProperty("java.version"),
                        System.getProperty("java.vm.vendor"));
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) { // not Linux
            return System.getProperty("os.arch");
        }
    }

    private static long memoryGib() {
        long bytes =
                ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                        .getTotalMemorySize();
        return Math.round(bytes / (double) (1 << 30));
    }
}
