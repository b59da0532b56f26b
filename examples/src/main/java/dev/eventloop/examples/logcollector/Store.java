package dev.eventloop.examples.logcollector;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * The one thread that stores lines. Takes all chunks that wait in the queue, up to a bound, counts
 * and cuts their lines, gives them to the sink in one go (which is what makes an fsync affordable:
 * the longer one takes, the more lines the next one is for), keeps them in the ring, and tells each
 * chunk's loop to acknowledge.
 *
 * <p>A sink that takes nothing (a full disk, Kafka down) is tried again and again: nothing is
 * acknowledged meanwhile, the queue fills and senders wait. It is said once, and once when it is
 * over.
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

    /** The store's thread sleeps, or is about to. */
    private volatile boolean idle;

    private volatile boolean stopping;
    private volatile boolean givenUp;
    private volatile String trouble;

    /** Lines that were acknowledged and could not be stored any more. */
    private long lost;

    Store(Settings settings, Ring ring, Sink sink, Counters counters, PrintStream err) {
        this.settings = settings;
        this.ring = ring;
        this.sink = sink;
        this.counters = counters;
        this.err = err;
        // Room for every chunk that there can be: offering never fails.
        this.queue = new MpscAtomicArrayQueue<>(settings.chunksPerLoop() * settings.loops + 1);
    }

    void start() {
        thread.start();
    }

    /** Takes a chunk of lines. Any loop's thread. */
    void submit(Chunk chunk) {
        queue.add(chunk);
        VarHandle.fullFence(); // either this thread sees idle, or the store's sees the chunk
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /** A sink that is in trouble is not tried any more. Any thread. */
    void giveUp() {
        givenUp = true;
        sink.giveUp();
        LockSupport.unpark(thread);
    }

    /** Ends the thread once all chunks are stored; how many acknowledged lines were lost. */
    long stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join();
        return lost;
    }

    Counters counters() {
        return counters;
    }

    /** Why the sink takes nothing; null while it does. Any thread. */
    String trouble() {
        return trouble;
    }

    /** Chunks that wait. Any thread. */
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
            say("could not end in order: " + e.getMessage());
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

    /** Whether the sink has all of it; false if it was given up. */
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
            say(why + "; nothing is acknowledged until it is possible again");
        }
        trouble = why;
    }

    private void recovered() {
        if (trouble != null) {
            say("it is possible again, and goes on");
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

    /** Tells who has started this collector. Any thread. */
    void say(String sentence) {
        err.println("log-collector: " + sentence);
    }
}
