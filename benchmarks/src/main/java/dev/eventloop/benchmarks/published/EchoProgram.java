package dev.eventloop.benchmarks.published;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The echo server as a program. Answers {@code port} with its port, and {@code facts} with its CPU
 * time so far in nanoseconds and its resident memory in KiB.
 */
public final class EchoProgram {
    private EchoProgram() {}

    /**
     * Runs until EOF on standard input.
     *
     * @param arguments backend, {@link EchoServer.Trigger}, size of a buffer
     */
    @SuppressWarnings("SystemOut") // its output is the answer
    public static void main(String[] arguments) throws Exception {
        EchoServer server =
                new EchoServer(
                        arguments[0],
                        EchoServer.Trigger.valueOf(arguments[1]),
                        Integer.parseInt(arguments[2]));
        Thread thread = new Thread(() -> run(server), "loop");
        thread.start();
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(
                    line.equals("port") ? server.port() : cpuNanos() + " " + residentKib());
        }
        server.stop();
        thread.join();
    }

    private static void run(EchoServer server) {
        try {
            server.runUntilStopped();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** Returns 0 without /proc. */
    private static long residentKib() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
