package dev.eventloop.lb.command;

import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.libc.OpenFileLimit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code --dry-run} shows. */
final class DryRun {
    private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");

    private DryRun() {}

    /**
     * @param maxClients as given; null if not
     */
    static void print(List<String> picks, Integer maxClients, PrintStream out) {
        out.println("The first " + picks.size() + " picks:");
        for (int i = 0; i < picks.size(); i++) {
            out.printf("%4d  %s%n", i + 1, picks.get(i));
        }
        long openFiles = OpenFileLimit.raise();
        int allowed = LoadBalancerBuilder.clientsAllowedBy(openFiles);
        out.println(
                "Open files: "
                        + (openFiles == Long.MAX_VALUE ? "no limit" : openFiles)
                        + ", which allows "
                        + allowed
                        + " clients at a time");
        out.println("Backlog: " + somaxconn() + " connections may wait to be accepted");
        if (maxClients != null && maxClients > allowed) {
            out.println(
                    "Warning: --max-clients "
                            + maxClients
                            + " is more than open files allow; accepting will pause at about "
                            + allowed);
        } else {
            out.println("Clients at a time: " + (maxClients == null ? allowed : maxClients));
        }
    }

    private static String somaxconn() {
        // In one read: of /proc/sys a second one, at an offset, is at the end of the file at once.
        try (BufferedReader reader = Files.newBufferedReader(SOMAXCONN)) {
            return reader.readLine() + " (net.core.somaxconn)";
        } catch (IOException e) { // not Linux
            return "as many as sysctl says of somaxconn";
        }
    }
}
