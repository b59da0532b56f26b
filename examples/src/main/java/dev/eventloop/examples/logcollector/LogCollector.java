package dev.eventloop.examples.logcollector;

import dev.eventloop.EventLoop;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The whole collector: the reading loops, the store, the query port. {@link #close} stores and
 * acknowledges everything that was read.
 */
final class LogCollector implements AutoCloseable {
    /** How long a failing sink may delay the stop. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Settings settings;
    private final PrintStream err;
    private final Counters counters = new Counters();
    private final Ring ring;
    private final Sink sink;
    private final Store store;
    private final List<Intake> intakes = new ArrayList<>();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private final List<EventLoop> loops = new ArrayList<>();
    private QueryServer queries;

    private LogCollector(Settings settings, PrintStream err) throws IOException {
        this.settings = settings;
        this.err = err;
        this.ring = new Ring((int) settings.memory.bytes());
        this.sink = sink(settings);
        this.store = new Store(settings, ring, sink, counters, err);
    }

    /**
     * Starts the collector.
     *
     * @param settings the completed settings
     * @param err receives problems as sentences
     * @throws IOException with a sentence, if a port is in use or another collector uses the folder
     */
    static LogCollector start(Settings settings, PrintStream err) throws IOException {
        LogCollector collector = new LogCollector(settings, err);
        boolean done = false;
        try {
            collector.listen();
            done = true;
            return collector;
        } finally {
            if (!done) {
                collector.loops.forEach(EventLoop::close);
                collector.sink.close();
            }
        }
    }

    private static Sink sink(Settings settings) throws IOException {
        return switch (settings.sink) {
            case memory -> new NoSink();
            case files -> new FileSink(LogFolder.open(settings.dir), settings);
            case kafka -> KafkaSink.open(settings);
        };
    }

    private void listen() throws IOException {
        int port = settings.port;
        for (int i = 0; i < settings.loops; i++) {
            EventLoop loop = EventLoop.create();
            loops.add(loop);
            Intake intake =
                    new Intake(loop, settings, new InetSocketAddress(settings.host, port), store);
            intakes.add(intake);
            port = intake.address().getPort(); // with port 0, the other loops share the chosen one
            if (i == 0) {
                queries =
                        new QueryServer(
                                loop,
                                new InetSocketAddress(settings.host, settings.queryPort),
                                ring,
                                this::stats,
                                store::say);
            }
        }
        store.start();
        for (Intake intake : intakes) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            ends.add(end);
            new Thread(() -> run(intake, end), "intake").start();
        }
    }

    private static void run(Intake intake, CompletableFuture<Void> end) {
        try {
            intake.run();
            end.complete(null);
        } catch (IOException | RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    InetSocketAddress address() {
        return intakes.get(0).address();
    }

    InetSocketAddress queryAddress() {
        return queries.address();
    }

    String backend() {
        return loops.get(0).backendName();
    }

    /**
     * Waits until a thread ends, normally after {@link #close}.
     *
     * @throws IOException if a thread has failed
     */
    void await() throws IOException, InterruptedException {
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>(ends);
            all.add(store.end());
            CompletableFuture.anyOf(all.toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException e) {
            throw new IOException("a thread has failed: " + e.getCause(), e.getCause());
        }
    }

    /**
     * Stops reading, stores and acknowledges everything read, and closes the clients.
     *
     * @throws IOException if acknowledged lines could not be stored
     */
    @Override
    public void close() throws IOException {
        loops.get(0).execute(queries::close);
        intakes.forEach(Intake::stop);
        try {
            if (!ended(GRACE)) {
                store.giveUp();
                boolean ignored = ended(GRACE);
            }
            long lost = store.stop();
            queries.awaitEnd();
            loops.forEach(EventLoop::close); // no thread is left that could wake them
            if (lost > 0) {
                throw new IOException(
                        "up to "
                                + lost
                                + " lines that were acknowledged (--sync none) could not be"
                                + " stored: "
                                + store.trouble());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean ended(Duration atMost) throws InterruptedException {
        try {
            CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            err.println("log-collector: an event loop has failed: " + e.getCause());
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private String stats() {
        String trouble = store.trouble();
        return "uptime_seconds "
                + Duration.ofNanos(System.nanoTime() - counters.startedNanos).toSeconds()
                + "\nclients "
                + counters.clients
                + "\nconnections "
                + counters.connections
                + "\nrefused "
                + counters.refused
                + "\nbytes "
                + counters.bytes
                + "\nlines "
                + counters.lines
                + "\nlines_in_memory "
                + ring.size()
                + "\ntruncated "
                + counters.truncated
                + "\ntorn "
                + counters.torn
                + "\nwaits_for_memory "
                + counters.pauses
                + "\nchunks_waiting "
                + store.backlog()
                + "\nsink "
                + sink.describe()
                + "\nsync "
                + settings.sync
                + "\ntrouble "
                + (trouble == null ? "none" : trouble)
                + "\nEND\n";
    }
}
