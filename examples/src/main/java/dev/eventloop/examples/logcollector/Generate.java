package dev.eventloop.examples.logcollector;

import dev.eventloop.EventLoop;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends lines to a collector and measures throughput and latency of the acknowledgements. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends lines to a collector and measures.",
            "With --rate each line is due at a fixed time, and its latency is measured from then until"
                    + " its acknowledgement is read, so that it includes pauses of either side."
        })
final class Generate implements Callable<Integer> {
    private static final long SECOND = 1_000_000_000;
    private static final long LONGEST_LATENCY = 60 * SECOND;

    /** The kernel's default timer resolution: prctl(2), PR_SET_TIMERSLACK. */
    private static final long TICK_NANOS = 50_000;

    private static final long PATIENCE_NANOS = 10 * SECOND;

    @Spec private CommandSpec spec;

    @Option(names = "--host", description = "the collector's address (${DEFAULT-VALUE})")
    private String host = "127.0.0.1";

    @Option(
            names = {"-p", "--port"},
            description = "the collector's port for lines (${DEFAULT-VALUE})")
    private int port = 9999;

    @Option(names = "--clients", description = "number of connections (${DEFAULT-VALUE})")
    private int clients = 4;

    @Option(
            names = "--line",
            paramLabel = "BYTES",
            description = "bytes per line, with the newline (${DEFAULT-VALUE})")
    private int length = 100;

    @Option(names = "--seconds", description = "how long to measure (${DEFAULT-VALUE})")
    private int seconds = 5;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "before measuring (${DEFAULT-VALUE})")
    private int warmUp = 3;

    @Option(
            names = "--rate",
            description = "lines per second of all clients; 0 for no limit (${DEFAULT-VALUE})")
    private long rate;

    @Option(
            names = "--reply",
            description = "the collector's --reply: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private ReplyMode reply = ReplyMode.line;

    private final List<Sender> senders = new ArrayList<>();
    private final Histogram latencies = new Histogram(LONGEST_LATENCY, 3);

    @Override
    public Integer call() throws IOException {
        check(clients >= 1 && clients <= 10_000, "--clients must be 1 to 10000");
        check(length >= 1 && length <= Sender.SIZE, "--line must be 1 to " + Sender.SIZE);
        check(seconds >= 1, "--seconds must be 1 or more");
        check(warmUp >= 0 && rate >= 0, "--warm-up and --rate must be 0 or more");
        check(
                reply != ReplyMode.none,
                "--reply none cannot be measured without acknowledgements; use line or count");
        try (EventLoop loop = EventLoop.create()) {
            measure(loop, System.out);
        }
        return 0;
    }

    private void check(boolean condition, String sentence) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), sentence);
        }
    }

    private void measure(EventLoop loop, PrintStream out) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        for (int i = 0; i < clients; i++) {
            senders.add(new Sender(loop, address, length, reply));
        }
        long start = System.nanoTime();
        for (int i = 0; i < clients; i++) {
            senders.get(i).begin(start, i, clients, rate);
        }
        runUntil(loop, start + warmUp * SECOND);
        senders.forEach(sender -> sender.recordInto(latencies));
        long from = System.nanoTime();
        long before = acknowledged();
        runUntil(loop, start + (warmUp + seconds) * SECOND);
        double took = (System.nanoTime() - from) / (double) SECOND;
        long lines = acknowledged() - before;
        senders.forEach(sender -> sender.recordInto(null));
        finish(loop);
        report(out, lines, took);
    }

    private void runUntil(EventLoop loop, long end) throws IOException {
        long now = System.nanoTime();
        while (now - end < 0) {
            if (rate == 0) {
                int ignored = loop.run(1);
            } else {
                for (Sender sender : senders) {
                    sender.sendDue(now);
                }
                if (loop.run(0) == 0) {
                    LockSupport.parkNanos(TICK_NANOS);
                }
            }
            now = System.nanoTime();
        }
    }

    /** Stops sending, and waits for the missing acknowledgements. */
    private void finish(EventLoop loop) throws IOException {
        for (Sender sender : senders) {
            sender.finish();
        }
        long since = System.nanoTime();
        long known = acknowledged();
        while (loop.size() > 0 && System.nanoTime() - since < PATIENCE_NANOS) {
            int ignored = loop.run(100);
            if (acknowledged() != known) {
                known = acknowledged();
                since = System.nanoTime();
            }
        }
    }

    private long acknowledged() {
        return senders.stream().mapToLong(Sender::acknowledged).sum();
    }

    private void report(PrintStream out, long lines, double took) throws IOException {
        long sent = senders.stream().mapToLong(Sender::sent).sum();
        out.printf(
                "%,.0f lines/s acknowledged, %,.1f MB/s: %d clients, %d bytes per line, %.1f s%n",
                lines / took, lines * (double) length / took / 1e6, clients, length, took);
        if (rate > 0) {
            out.printf(
                    "due to acknowledged: p50 %s, p90 %s, p99 %s, p99.9 %s, max %s%n",
                    millis(50), millis(90), millis(99), millis(99.9), millis(100));
        }
        if (acknowledged() != sent) {
            throw new IOException(
                    "of " + sent + " lines only " + acknowledged() + " were acknowledged");
        }
        out.printf("all %,d sent lines were acknowledged%n", sent);
    }

    private String millis(double percentile) {
        return "%.3f ms".formatted(latencies.getValueAtPercentile(percentile) / 1e6);
    }
}
