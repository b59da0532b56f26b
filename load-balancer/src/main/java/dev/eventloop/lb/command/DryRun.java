package dev.eventloop.lb.command;

import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.EffectiveYaml;
import dev.eventloop.lb.config.RoutingSummary;
import dev.eventloop.libc.CpuAffinity;
import dev.eventloop.libc.OpenFileLimit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The output of {@code --dry-run}. */
final class DryRun {
    private static final int PICKS = 20;
    private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");

    private DryRun() {}

    /**
     * Prints the effective configuration as a YAML file, followed by comments with the routes, the
     * first picks and the limits.
     *
     * @throws UnknownHostException if the host name of a backend is unknown
     */
    static void print(Configuration configuration, PrintStream out) throws IOException {
        try (Demo demo = Demo.start(configuration)) {
            LoadBalancerBuilder builder = configuration.builder();
            if (demo != null) {
                demo.addTo(builder);
            }
            builder.check();
            out.print(EffectiveYaml.of(configuration));
            out.println();
            printServices(configuration, builder, demo, out);
            printLimits(configuration, out);
            configuration.warnings().forEach(warning -> out.println("# Warning: " + warning));
        }
    }

    private static void printServices(
            Configuration configuration, LoadBalancerBuilder builder, Demo demo, PrintStream out) {
        if (configuration.isShorthand()) {
            printPicks("", builder.firstPicks(LoadBalancerBuilder.DEFAULT, PICKS), demo, out);
            return;
        }
        RoutingSummary.of(configuration).forEach(line -> out.println("# " + line));
        for (String pool : configuration.poolNames()) {
            printPicks(" of pool " + pool, builder.firstPicks(pool, PICKS), demo, out);
        }
    }

    private static void printPicks(String ofPool, List<String> picks, Demo demo, PrintStream out) {
        if (picks.isEmpty()) {
            out.println("# The picks" + ofPool + " depend on the answers of DNS.");
            return;
        }
        out.println("# The first " + picks.size() + " picks" + ofPool + ":");
        for (int i = 0; i < picks.size(); i++) {
            String pick = picks.get(i);
            out.printf("# %4d  %s%n", i + 1, demo == null ? pick : demo.answer(pick));
        }
    }

    private static void printLimits(Configuration configuration, PrintStream out)
            throws IOException {
        long openFiles = OpenFileLimit.raise();
        int allowed = LoadBalancerBuilder.clientsAllowedBy(openFiles);
        out.println(
                "# Open files: "
                        + (openFiles == Long.MAX_VALUE ? "no limit" : openFiles)
                        + ", which allows "
                        + allowed
                        + " clients at a time");
        out.println("# Backlog: " + somaxconn() + " connections may wait for accept");
        printClients(configuration, allowed, out);
        int threads = configuration.get(AllSettings.THREADS);
        out.println(
                "# Threads: "
                        + (threads == 0 ? Runtime.getRuntime().availableProcessors() : threads)
                        + pinning(configuration));
        out.println(
                "# Event Backend: "
                        + HighPerfLb.eventBackendName(
                                configuration.text(AllSettings.EVENT_BACKEND)));
    }

    /** Frontends without max-clients share what the limit of open files allows. */
    private static void printClients(Configuration configuration, int allowed, PrintStream out) {
        List<String> sharing = new ArrayList<>();
        boolean isTooMuch = false;
        long sum = 0;
        for (String frontend : configuration.frontendNames()) {
            int maxClients = configuration.get(frontend, AllSettings.MAX_CLIENTS);
            String name = configuration.isShorthand() ? "" : " of frontend " + frontend;
            if (maxClients == 0) {
                sharing.add(frontend);
            } else if (maxClients > allowed) {
                isTooMuch = true;
                warnOfClients("max-clients " + maxClients + name + " exceeds", allowed, out);
            } else {
                sum += maxClients;
                out.println("# Clients" + name + " at a time: " + maxClients);
            }
        }
        if (!sharing.isEmpty()) {
            boolean isAlone = configuration.frontendNames().size() == 1;
            String all = isAlone ? "" : ", together, of " + String.join(", ", sharing);
            out.println("# Clients at a time: " + allowed + all);
        }
        if (sum > allowed && !isTooMuch) {
            warnOfClients("max-clients of all frontends, " + sum + ", exceed", allowed, out);
        }
    }

    private static void warnOfClients(String what, int allowed, PrintStream out) {
        out.println(
                "# Warning: "
                        + what
                        + " the limit of open files; accepting will pause at about "
                        + allowed);
    }

    private static String pinning(Configuration configuration) throws IOException {
        if (!configuration.get(AllSettings.PIN)) {
            return "";
        }
        List<String> cores =
                Arrays.stream(CpuAffinity.allowed()).mapToObj(String::valueOf).toList();
        return ", pinned to cores " + String.join(", ", cores) + " round robin";
    }

    private static String somaxconn() {
        // readLine reads once: a second read of a /proc/sys file, at an offset, returns EOF.
        try (BufferedReader reader = Files.newBufferedReader(SOMAXCONN)) {
            return reader.readLine() + " (net.core.somaxconn)";
        } catch (IOException e) { // not Linux
            return "the somaxconn of sysctl";
        }
    }
}
