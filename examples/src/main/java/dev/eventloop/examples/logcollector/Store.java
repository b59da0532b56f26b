package dev.eventloop.examples.logcollector;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * The single thread that stores lines. It takes all chunks in the queue, up to a limit, counts and
 * truncates their lines, passes them to the sink in one batch (a group commit: the longer an fsync
 * takes, the more lines the next one covers), adds them to the ring, and makes each chunk's loop
 * acknowledge.
 *
 * <p>If the sink fails (a full disk, Kafka down), the store retries. In the meantime nothing is
 * acknowledged, the queue fills up and senders wait. It logs the failure once, and the recovery
 * once.
 */
final class Store implements Runnable {
    private static final int BATCH = 64;
    private static final long RETRY_NANOS = Duration.ofMillis(100).toNanos();

    private final Settings settings;
    private final Ring ring;
    private final Sink sink;
    private final Counters counters;
    private final PrintStream err;
    private final MpscAtomicArrayQueue<Chunk> queue;
    private final Chunk[] batch = new Chunk[BATCH];
    private final Thread thread = new Thread(this, "store");

    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /** Whether the store's thread sleeps, or is about to. */
    private volatile boolean idle;

    private volatile boolean stopping;
    private volatile boolean givenUp;
    private volatile String trouble;

    /** Acknowledged lines that could not be stored. */
    private long lost;

    Store(Settings settings, Ring ring, Sink sink, Counters counters, PrintStream err) {
        this.settings = settings;
        this.ring = ring;
        this.sink = sink;
        this.counters = counters;
        this.err = err;
        // Has room for all chunks, so that offering never fails.
        this.queue = new MpscAtomicArrayQueue<>(settings.chunksPerLoop() * settings.loops + 1);
    }

    void start() {
        thread.start();
    }

    /** Queues a chunk of lines. Any loop's thread. */
    void submit(Chunk chunk) {
        queue.add(chunk);
        VarHandle.fullFence(); // either this thread sees idle, or the store's sees the chunk
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** Stops retrying a failing sink. Any thread. */
    void giveUp() {
        givenUp = true;
        sink.giveUp();
        LockSupport.unpark(thread);
    }

    /**
     * Ends the thread once all chunks are stored; returns the number of acknowledged lines lost.
     */
    long stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join();
        return lost;
    }

    Counters counters() {
        return counters;
    }

    /** Why the sink fails; null while it works. Any thread. */
    String trouble() {
        return trouble;
    }

    /** The number of queued chunks. Any thread. */
    int backlog() {
        return queue.size();
    }

    /** Fails if the thread does. */
    CompletableFuture<Void> end() {
        return end;
    }

    @Override
    public void run() {
        try {
            storeUntilStopped();
            end.complete(null);
        } catch (RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    private void storeUntilStopped() {
        try (sink) {
            while (true) {
                int count = poll();
                if (count > 0) {
                    store(count);
                } else if (stopping) {
                    return;
                } else {
                    sleep();
                }
            }
        } catch (IOException e) {
            say("closing the sink failed: " + e.getMessage());
        }
    }

    private int poll() {
        int count = 0;
        while (count < BATCH) {
            Chunk chunk = queue.poll();
            if (chunk == null) {
                break;
            }
            batch[count++] = chunk;
        }
        return count;
    }

    private void sleep() {
        idle = true;
        if (queue.isEmpty() && !stopping) {
            LockSupport.park(this);
        }
        idle = false;
    }

    private void store(int count) {
        for (int i = 0; i < count; i++) {
            batch[i].frame(settings.maxLine);
        }
        if (settings.sync == Sync.none) {
            acknowledge(count);
            if (!keep(count)) {
                lost += lines(count);
            }
        } else if (keep(count)) {
            acknowledge(count);
        }
        for (int i = 0; i < count; i++) {
            Intake home = batch[i].home;
            home.chunks().release(batch[i]);
            home.wakeup();
            batch[i] = null;
        }
    }

    private void acknowledge(int count) {
        for (int i = 0; i < count; i++) {
            Chunk chunk = batch[i];
            ring.append(chunk.bytes, chunk.end, chunk.lineCount, chunk.millis);
            counters.lines.addAndGet(chunk.lineCount);
            counters.truncated.addAndGet(chunk.truncated);
            chunk.home.chunks().acknowledge(chunk);
            chunk.home.wakeup();
        }
    }

    /** Returns whether the sink has stored everything; false after {@link #giveUp}. */
    private boolean keep(int count) {
        while (true) {
            try {
                sink.take(batch, count);
                recovered();
                return true;
            } catch (IOException e) {
                troubled(e.getMessage());
                if (givenUp) {
                    return false;
                }
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private void troubled(String why) {
        if (trouble == null) {
            say(why + "; nothing is acknowledged until this works again");
        }
        trouble = why;
    }

    private void recovered() {
        if (trouble != null) {
            say("storing works again");
            trouble = null;
        }
    }

    private long lines(int count) {
        long lines = 0;
        for (int i = 0; i < count; i++) {
            lines += batch[i].lineCount;
        }
        return lines;
    }

    /** Prints a sentence for the operator. Any thread. */
    void say(String sentence) {
        err.println("log-collector: " + sentence);
    }
}
