package dev.eventloop.benchmarks.published;

import dev.eventloop.benchmarks.Child;
import dev.eventloop.benchmarks.Effort;
import dev.eventloop.benchmarks.report.BarChart;
import dev.eventloop.benchmarks.report.MarkdownTable;
import dev.eventloop.benchmarks.report.Report;
import dev.eventloop.benchmarks.report.Samples;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Compares select, poll and epoll with few and many connections, some or all of them busy. */
final class ConnectionsTable {
    /** By Little's law, 100,000 requests/s at 0.5 ms are this many concurrent requests. */
    static final int SOME = 50;

    private static final List<String> BACKENDS = List.of("select", "poll", "epoll");
    private static final int REQUEST = 64;
    private static final int BUFFER = 4096;

    private final Effort effort;
    private final Map<String, Load> loads = new LinkedHashMap<>();

    ConnectionsTable(Effort effort) {
        this.effort = effort;
    }

    void run(Report report, Consumer<String> progress) throws IOException {
        Map<String, Child> servers = new LinkedHashMap<>();
        try (Child clients = Child.javaOnCore(1, LoadProgram.class)) {
            for (String backend : BACKENDS) {
                Child server =
                        Child.javaOnCore(
                                0, EchoProgram.class, backend, "LEVEL", Integer.toString(BUFFER));
                servers.put(backend, server);
                Load.connect(server, clients, SOME);
                new Load().measure(server, clients, SOME, REQUEST, effort.loadMillis());
                clients.ask("disconnect");
            }
            for (int round = 1; round <= effort.loadRounds(); round++) {
                progress.accept(
                        "published: connections, round " + round + " of " + effort.loadRounds());
                for (String backend : BACKENDS) {
                    round(backend, servers.get(backend), clients);
                }
            }
        } finally {
            servers.values().forEach(Child::close);
        }
        report.put("published-some", table(SOME));
        report.put("published-all", table(0));
        report.put("published-single", single());
        report.put("published-some", chart(SOME), "Requests a second, 50 of the connections busy");
        report.put("published-all", chart(0), "Requests a second, all connections busy");
    }

    private void round(String backend, Child server, Child clients) throws IOException {
        Load.connect(server, clients, 1);
        load(backend, 1, 0).measure(server, clients, 1, REQUEST, effort.loadMillis() / 2);
        clients.ask("disconnect");
        for (int connections : effort.connections()) {
            Load.connect(server, clients, connections);
            load(backend, connections, SOME)
                    .measure(server, clients, SOME, REQUEST, effort.loadMillis());
            load(backend, connections, 0)
                    .measure(server, clients, connections, REQUEST, effort.loadMillis());
            clients.ask("disconnect");
        }
    }

    /** {@code active} is 0 for all connections. */
    private Load load(String backend, int connections, int active) {
        return loads.computeIfAbsent(backend + "/" + connections + "/" + active, key -> new Load());
    }

    private MarkdownTable table(int active) {
        MarkdownTable table =
                new MarkdownTable(
                        "backend, connections",
                        "requests/s",
                        "median, ms",
                        "p99, ms",
                        "CPU of the server, %",
                        "CPU per request, µs",
                        "memory, MiB");
        for (int connections : effort.connections()) {
            for (String backend : BACKENDS) {
                Load load = load(backend, connections, active);
                table.row(
                        "%s, %,d".formatted(backend, connections),
                        List.of(
                                load.rate,
                                load.medianMillis,
                                load.p99Millis,
                                load.cpuPercent,
                                load.cpuMicros,
                                load.residentMib));
            }
        }
        return table;
    }

    private MarkdownTable single() {
        MarkdownTable table =
                new MarkdownTable("one client, ms", "mean", "median", "p99", "requests/s");
        table.row("LogCaster (C, epoll)", "0.15", "0.12", "0.45", "–");
        for (String backend : BACKENDS) {
            Load load = load(backend, 1, 0);
            table.row(
                    "eventloop, " + backend,
                    List.of(load.meanMillis, load.medianMillis, load.p99Millis, load.rate));
        }
        return table;
    }

    private BarChart chart(int active) {
        BarChart chart =
                new BarChart(
                        active == 0 ? "All connections busy" : active + " connections busy",
                        "requests a second");
        for (int connections : effort.connections()) {
            for (String backend : BACKENDS) {
                Samples rate = load(backend, connections, active).rate;
                chart.bar("%,d connections".formatted(connections), backend, rate);
            }
        }
        return chart;
    }
}
