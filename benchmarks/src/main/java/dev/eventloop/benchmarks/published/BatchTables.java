package dev.eventloop.benchmarks.published;

import dev.eventloop.benchmarks.Child;
import dev.eventloop.benchmarks.Effort;
import dev.eventloop.benchmarks.report.BarChart;
import dev.eventloop.benchmarks.report.MarkdownTable;
import dev.eventloop.benchmarks.report.Report;
import dev.eventloop.benchmarks.report.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compares gathering with copying, pools with other memory, and sharing with copies per session.
 */
final class BatchTables {
    private static final List<Integer> PACKETS = List.of(256, 4096, 16 * 1024, 64 * 1024);
    private static final List<Integer> PIECES = List.of(64, 4096, 64 * 1024);
    private static final int WARM_UP = 3;
    private static final int TIMES = 20_000;
    private static final int BYTES = 64 << 20;
    private static final int MESSAGES = 100;

    private final Effort effort;
    private final Map<String, Samples> figures = new LinkedHashMap<>();

    BatchTables(Effort effort) {
        this.effort = effort;
    }

    void run(Report report, Consumer<String> progress) throws IOException {
        try (Child program = Child.java(BatchProgram.class)) {
            for (int round = 1; round <= WARM_UP + effort.batchRounds(); round++) {
                if (round == WARM_UP + 1) {
                    figures.clear();
                }
                if (round % 10 == 1) {
                    progress.accept("published: batches, round " + round);
                }
                send(program);
                allocate(program);
                broadcast(program);
            }
        }
        report.put("published-gather", sending());
        report.put("published-gather", chart(), "CPU of the sender per batch of 100 packets");
        report.put("published-allocation", allocation());
        report.put("published-broadcast", broadcasting());
    }

    private void send(Child program) throws IOException {
        for (int size : PACKETS) {
            int batches = Math.max(2, (4 << 20) / (size * PacketSender.PACKETS));
            for (PacketSender.Way way : PacketSender.Way.values()) {
                double[] nanos = program.askNumbers("send " + way + " " + size + " " + batches);
                figure("time", way, size).add(nanos[0] / batches / 1e3);
                figure("cpu", way, size).add(nanos[1] / batches / 1e3);
            }
        }
    }

    private void allocate(Child program) throws IOException {
        for (int size : PIECES) {
            int times = Math.min(TIMES, BYTES / size);
            for (Allocation.Source source : Allocation.Source.values()) {
                double[] nanos =
                        program.askNumbers("allocate " + source + " " + size + " " + times);
                figure("allocate", source, size).add(nanos[0] / times);
            }
        }
    }

    private void broadcast(Child program) throws IOException {
        for (String way : List.of("copied", "shared")) {
            double[] nanos = program.askNumbers("broadcast " + way + " " + MESSAGES);
            figure("broadcast", way, MESSAGES).add(nanos[0] / 1e6);
        }
    }

    private Samples figure(String what, Object way, int size) {
        return figures.computeIfAbsent(what + "/" + way + "/" + size, key -> new Samples());
    }

    private MarkdownTable sending() {
        List<String> headings = new ArrayList<>(List.of("µs for 100 packets"));
        PACKETS.forEach(size -> headings.add(name(size)));
        MarkdownTable table = new MarkdownTable(headings.toArray(String[]::new));
        for (String what : List.of("time", "cpu")) {
            for (PacketSender.Way way : PacketSender.Way.values()) {
                String label = (what.equals("cpu") ? "CPU of the sender, " : "time, ") + name(way);
                table.row(label, PACKETS.stream().map(size -> figure(what, way, size)).toList());
            }
        }
        for (String what : List.of("time", "cpu")) {
            table.row(
                    (what.equals("cpu") ? "CPU" : "time") + ", gathered / copied",
                    PACKETS.stream()
                            .map(
                                    size ->
                                            figure(what, PacketSender.Way.GATHERED, size)
                                                    .dividedBy(
                                                            figure(
                                                                    what,
                                                                    PacketSender.Way.COPIED,
                                                                    size)))
                            .toList());
        }
        return table;
    }

    private BarChart chart() {
        BarChart chart =
                new BarChart("A hundred packets, gathered or copied", "CPU of the sender, µs");
        for (int size : PACKETS) {
            for (PacketSender.Way way : PacketSender.Way.values()) {
                chart.bar(name(size), name(way), figure("cpu", way, size));
            }
        }
        return chart;
    }

    private MarkdownTable allocation() {
        List<String> headings = new ArrayList<>(List.of("ns to take, fill and give back"));
        PIECES.forEach(size -> headings.add(name(size)));
        MarkdownTable table = new MarkdownTable(headings.toArray(String[]::new));
        for (Allocation.Source source : Allocation.Source.values()) {
            table.row(
                    name(source),
                    PIECES.stream().map(size -> figure("allocate", source, size)).toList());
        }
        return table;
    }

    private MarkdownTable broadcasting() {
        Samples copied = figure("broadcast", "copied", MESSAGES);
        Samples shared = figure("broadcast", "shared", MESSAGES);
        return new MarkdownTable(
                        "ms for 100,000 packets", "a copy for each", "one for all", "ratio")
                .row("ToyServer2", "29", "2", "14.5")
                .row("eventloop", List.of(copied, shared, copied.dividedBy(shared)));
    }

    private static String name(int size) {
        return size < 1024 ? size + " B" : size / 1024 + " KiB";
    }

    private static String name(PacketSender.Way way) {
        return switch (way) {
            case ONE_BY_ONE -> "one by one";
            case COPIED -> "copied into one";
            case GATHERED -> "gathered (writev)";
        };
    }

    private static String name(Allocation.Source source) {
        return switch (source) {
            case HEAP -> "Java heap";
            case NATIVE -> "NativeBuffer, malloc or mmap";
            case POOL -> "BufferPool, blocks of 4 KiB or more";
            case DIRECT -> "ByteBuffer.allocateDirect";
        };
    }
}
