package dev.eventloop.lb.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One loop as {@link StallWatch} sees it. Confined to its thread, but for the volatile fields. */
final class WatchedLoop {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedLoop.class);

    private final Worker worker;
    private final Thread thread;
    private final String limit;
    private long askedAt;

    /** Looks since the task that has not run yet. */
    private int looks;

    private long answeredAt;

    /** Whether the last task has run; written after answeredAt. */
    private volatile boolean answered = true;

    private final AtomicLong stalls = new AtomicLong();

    WatchedLoop(Worker worker, Thread thread, String limit) {
        this.worker = worker;
        this.thread = thread;
        this.limit = limit;
    }

    /** Whether the loop has turned since the last look; if not for the limit, says so once. */
    void look() {
        if (!thread.isAlive()) {
            return; // it has drained, or was closed
        }
        if (answered) {
            if (isStalled()) {
                LOG.warn(
                        "the event loop of {} turns again, after {} ms",
                        thread.getName(),
                        TimeUnit.NANOSECONDS.toMillis(answeredAt - askedAt));
            }
            ask();
        } else if (++looks == StallWatch.LOOKS_PER_LIMIT) {
            stalls.incrementAndGet();
            LOG.warn(
                    "the event loop of {} has not turned for {}; its connections wait for what is"
                            + " on its stack",
                    thread.getName(),
                    limit,
                    stack());
        }
    }

    private boolean isStalled() {
        return looks >= StallWatch.LOOKS_PER_LIMIT;
    }

    private void ask() {
        looks = 0;
        answered = false;
        askedAt = System.nanoTime();
        worker.execute(this::answer);
    }

    /** On the loop. */
    private void answer() {
        answeredAt = System.nanoTime();
        answered = true;
    }

    /** What the thread does now, as an exception, which every log can print. */
    private Throwable stack() {
        Throwable stack = new Throwable("stack of " + thread.getName());
        stack.setStackTrace(thread.getStackTrace());
        return stack;
    }

    /** How often it has stalled. Any thread. */
    long stalls() {
        return stalls.get();
    }
}
