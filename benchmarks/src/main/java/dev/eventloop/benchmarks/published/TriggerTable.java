package dev.eventloop.benchmarks.published;

import dev.eventloop.benchmarks.Child;
import dev.eventloop.benchmarks.Effort;
import dev.eventloop.benchmarks.report.BarChart;
import dev.eventloop.benchmarks.report.MarkdownTable;
import dev.eventloop.benchmarks.report.Report;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Compares level and edge triggering, with messages of one read and of many reads. */
final class TriggerTable {
    private static final int CONNECTIONS = 100;
    private static final int BUFFER = 4096;
    private static final List<Integer> SIZES = List.of(64, 64 * 1024);

    private final Effort effort;
    private final Map<String, Load> loads = new LinkedHashMap<>();

    TriggerTable(Effort effort) {
        this.effort = effort;
    }

    void run(Report report, Consumer<String> progress) throws IOException {
        Map<EchoServer.Trigger, Child> servers = new LinkedHashMap<>();
        try (Child clients = Child.javaOnCore(1, LoadProgram.class)) {
            for (EchoServer.Trigger trigger : EchoServer.Trigger.values()) {
                String buffer = Integer.toString(BUFFER);
                Child server =
                        Child.javaOnCore(0, EchoProgram.class, "epoll", trigger.name(), buffer);
                servers.put(trigger, server);
                round(server, clients, new Load(), new Load());
            }
            for (int round = 1; round <= effort.loadRounds(); round++) {
                progress.accept(
                        "published: triggers, round " + round + " of " + effort.loadRounds());
                for (Map.Entry<EchoServer.Trigger, Child> server : servers.entrySet()) {
                    round(
                            server.getValue(),
                            clients,
                            load(server.getKey(), SIZES.get(0)),
                            load(server.getKey(), SIZES.get(1)));
                }
            }
        } finally {
            servers.values().forEach(Child::close);
        }
        report.put("published-trigger", table());
        report.put("published-trigger", chart(), "CPU of the server per request, level and edge");
    }

    private void round(Child server, Child clients, Load small, Load large) throws IOException {
        Load.connect(server, clients, CONNECTIONS);
        int millis = effort.loadMillis() / 2;
        small.measure(server, clients, CONNECTIONS, SIZES.get(0), millis);
        large.measure(server, clients, CONNECTIONS, SIZES.get(1), millis);
        clients.ask("disconnect");
    }

    private Load load(EchoServer.Trigger trigger, int size) {
        return loads.computeIfAbsent(trigger + "/" + size, key -> new Load());
    }

    private MarkdownTable table() {
        MarkdownTable table =
                new MarkdownTable(
                        "100 connections, reads of 4 KiB",
                        "64 B: requests/s",
                        "64 B: CPU, µs",
                        "64 KiB: requests/s",
                        "64 KiB: CPU, µs");
        for (EchoServer.Trigger trigger : EchoServer.Trigger.values()) {
            Load small = load(trigger, SIZES.get(0));
            Load large = load(trigger, SIZES.get(1));
            table.row(
                    nameOf(trigger),
                    List.of(small.rate, small.cpuMicros, large.rate, large.cpuMicros));
        }
        return table;
    }

    private BarChart chart() {
        BarChart chart =
                new BarChart("Level and edge triggering", "CPU of the server, µs per request");
        for (int size : SIZES) {
            String group = size < 1024 ? size + " B" : size / 1024 + " KiB";
            for (EchoServer.Trigger trigger : EchoServer.Trigger.values()) {
                chart.bar(group, nameOf(trigger), load(trigger, size).cpuMicros);
            }
        }
        return chart;
    }

    private static String nameOf(EchoServer.Trigger trigger) {
        return switch (trigger) {
            case LEVEL -> "level, one read per event";
            case EDGE -> "edge, reads until EAGAIN";
            case EDGE_SHORT_READ -> "edge, reads until a short read";
        };
    }
}
