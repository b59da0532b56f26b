package dev.eventloop.benchmarks.ring;

import dev.eventloop.benchmarks.Child;
import dev.eventloop.benchmarks.Effort;
import dev.eventloop.benchmarks.pipes.WatchedPipes;
import dev.eventloop.benchmarks.report.BarChart;
import dev.eventloop.benchmarks.report.MarkdownTable;
import dev.eventloop.benchmarks.report.Report;
import dev.eventloop.benchmarks.report.Samples;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs the ring programs in turn, and reports the results. */
public final class RingPart {
    private static final String C_EPOLL = "C, epoll";
    private static final String C_THREADED = "C, epoll, a second thread";
    private static final String C_POLL = "C, poll";
    private static final String EPOLL = "eventloop, epoll";
    private static final String POLL = "eventloop, poll";
    private static final String SELECT = "eventloop, select";
    private static final String NETTY = "Netty, epoll";
    private static final String NIO = "java.nio Selector";

    /** In display order. */
    private static final List<String> ORDER =
            List.of(C_EPOLL, C_THREADED, EPOLL, NETTY, NIO, C_POLL, POLL, SELECT);

    private static final Map<String, String> LOOPS =
            Map.of(
                    EPOLL,
                    "epoll",
                    POLL,
                    "poll",
                    SELECT,
                    "select",
                    NETTY,
                    WatchedPipes.NETTY,
                    NIO,
                    WatchedPipes.NIO);

    /** From this many fds on, checking all of them per event takes most of the time. */
    private static final int MANY = 1_000;

    /** The number of fd checks in a run above that limit. */
    private static final int LOOKS = 2_000_000;

    private final Effort effort;
    private final Map<String, Samples> figures = new LinkedHashMap<>();

    public RingPart(Effort effort) {
        this.effort = effort;
    }

    public void run(Report report, Consumer<String> progress) throws IOException {
        Instant start = report.now();
        try (Programs programs = Programs.start(progress)) {
            warmUp(programs, progress);
            for (int round = 1; round <= effort.ringRounds(); round++) {
                progress.accept("ring: round " + round + " of " + effort.ringRounds());
                for (int pipes : effort.pipes()) {
                    turn(programs, pipes);
                }
            }
        }
        report.put("ring", table());
        report.put("ring-targets", targets());
        for (int active : activeCounts()) {
            report.put("ring-" + active, chart(active), "Time per event, " + active + " active");
        }
        report.putWhen(
                "ring",
                start,
                effort.ringRounds()
                        + " rounds with all programs in each; medians, with quartiles in brackets");
    }

    private List<Integer> activeCounts() {
        return List.of(1, 100);
    }

    private void warmUp(Programs programs, Consumer<String> progress) throws IOException {
        for (String name : programs.names()) {
            progress.accept("ring: warming up " + name);
            for (int active : activeCounts()) {
                programs.run(
                        name,
                        100,
                        active,
                        looksAtAll(name) ? effort.warmUpEvents() / 10 : effort.warmUpEvents() / 2);
            }
        }
    }

    private void turn(Programs programs, int pipes) throws IOException {
        for (String name : programs.names()) {
            for (int active : activeCounts()) {
                boolean slow = looksAtAll(name) && active == 1 && pipes >= MANY;
                int events = slow ? LOOKS / pipes : effort.ringEvents();
                double nanos = programs.run(name, pipes, active, events);
                figure(name, pipes, active).add(nanos / events);
            }
        }
    }

    private static boolean looksAtAll(String name) {
        return List.of(C_POLL, POLL, SELECT).contains(name);
    }

    private Samples figure(String name, int pipes, int active) {
        return figures.computeIfAbsent(name + "/" + pipes + "/" + active, key -> new Samples());
    }

    private List<Samples> row(String name, Samples... more) {
        List<Samples> row = new ArrayList<>();
        for (int active : activeCounts()) {
            for (int pipes : effort.pipes()) {
                row.add(figure(name, pipes, active));
            }
        }
        row.addAll(Arrays.asList(more));
        return row;
    }

    private MarkdownTable table() {
        List<String> headings = new ArrayList<>(List.of("ns per event"));
        for (int active : activeCounts()) {
            for (int pipes : effort.pipes()) {
                headings.add("%,d pipes, %d active".formatted(pipes, active));
            }
        }
        MarkdownTable table = new MarkdownTable(headings.toArray(String[]::new));
        ORDER.forEach(name -> table.row(name, row(name)));
        return table;
    }

    private MarkdownTable targets() {
        MarkdownTable table =
                new MarkdownTable("ratio, round by round", "target", "1 active", "100 active", "");
        List<Integer> sizes = effort.pipes();
        int least = sizes.get(0);
        int most = sizes.get(sizes.size() - 1);
        compare(table, "epoll / C on epoll", "<= 1.15", 1.15, C_EPOLL, least);
        compare(table, "epoll / C, a second thread", "–", Double.MAX_VALUE, C_THREADED, least);
        compare(table, "epoll / java.nio Selector", "<= 0.85", 0.85, NIO, least);
        compare(table, "epoll / Netty", "–", Double.MAX_VALUE, NETTY, least);
        growth(table, EPOLL, "epoll", "0.90–1.10", least, most);
        Samples one = growth(EPOLL, 1, least, most).dividedBy(growth(C_EPOLL, 1, least, most));
        Samples hundred =
                growth(EPOLL, 100, least, most).dividedBy(growth(C_EPOLL, 100, least, most));
        if (!one.isEmpty()) {
            table.row(
                    "the same, relative to C's growth",
                    "<= 1.10",
                    one,
                    hundred,
                    verdict(one.median() <= 1.1 && hundred.median() <= 1.1));
        }
        growth(table, POLL, "poll", "grows", least, most);
        growth(table, SELECT, "select", "grows", least, most);
        return table;
    }

    private void growth(
            MarkdownTable table, String name, String what, String target, int least, int most) {
        Samples one = growth(name, 1, least, most);
        Samples hundred = growth(name, 100, least, most);
        table.row(
                what + ", %,d pipes / %,d pipes".formatted(most, least),
                target,
                one,
                hundred,
                target.equals("grows") ? "" : flat(one, hundred));
    }

    private Samples growth(String name, int active, int least, int most) {
        return figure(name, most, active).dividedBy(figure(name, least, active));
    }

    private static String flat(Samples one, Samples hundred) {
        return verdict(isFlat(one) && isFlat(hundred));
    }

    private void compare(
            MarkdownTable table, String what, String target, double limit, String peer, int pipes) {
        Samples one = figure(EPOLL, pipes, 1).dividedBy(figure(peer, pipes, 1));
        Samples hundred = figure(EPOLL, pipes, 100).dividedBy(figure(peer, pipes, 100));
        if (one.isEmpty()) {
            table.row(what, target, one, hundred, "this program does not run here");
            return;
        }
        String verdict =
                limit == Double.MAX_VALUE
                        ? ""
                        : verdict(one.median() <= limit && hundred.median() <= limit);
        table.row(what, target, one, hundred, verdict);
    }

    private static boolean isFlat(Samples growth) {
        return growth.median() >= 0.9 && growth.median() <= 1.1;
    }

    private static String verdict(boolean reached) {
        return reached ? "reached" : "**missed**";
    }

    private BarChart chart(int active) {
        BarChart chart =
                new BarChart(
                        "A ring of pipes, "
                                + active
                                + (active == 1 ? " byte" : " bytes")
                                + " going round",
                        "ns per event");
        for (int pipes : effort.pipes()) {
            for (String name : ORDER) {
                chart.bar("%,d pipes".formatted(pipes), name, figure(name, pipes, active));
            }
        }
        return chart;
    }

    /** The running programs, without those that this machine cannot run. */
    private record Programs(Map<String, Child> running) implements AutoCloseable {
        static Programs start(Consumer<String> progress) throws IOException {
            Map<String, Child> running = new LinkedHashMap<>();
            CTwin twin = CTwin.compile();
            if (twin == null) {
                progress.accept("ring: there is no cc on the PATH; C is left out");
            }
            List<String> usable = WatchedPipes.usable(List.copyOf(LOOPS.values()));
            for (String name : ORDER) {
                String loop = LOOPS.get(name);
                if (loop == null && twin != null) {
                    running.put(
                            name,
                            twin.start(
                                    name.equals(C_POLL) ? "poll" : "epoll",
                                    name.equals(C_THREADED) ? "threaded" : "alone"));
                } else if (loop != null && usable.contains(loop)) {
                    running.put(name, Child.java(RingProgram.class, loop));
                }
            }
            return new Programs(running);
        }

        Iterable<String> names() {
            return running.keySet();
        }

        double run(String name, int pipes, int active, int events) throws IOException {
            return running.get(name).askNumbers(pipes + " " + active + " " + events)[0];
        }

        @Override
        public void close() {
            running.values().forEach(Child::close);
        }
    }
}
