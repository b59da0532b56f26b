package dev.eventloop.lb.runtime;

import dev.eventloop.lb.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Notices event loops that have not turned for some time, on a thread of its own. Twice in that
 * time it gives each loop a task that does nothing: a loop that waits runs it at once, a loop whose
 * callback blocks does not. It counts its own looks, not the time, so that a pause of the whole
 * process, by SIGSTOP or a garbage collection, is not taken for a stall of every loop.
 */
final class StallWatch {
    /** A task that waits for this many looks has waited for the limit. */
    static final int LOOKS_PER_LIMIT = 2;

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    private final Duration limit;
    private final List<WatchedLoop> loops = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * @param limit zero to watch nothing
     */
    StallWatch(Duration limit) {
        this.limit = limit;
    }

    /** Watches this worker, which runs on this thread. Before {@link #start}. */
    void add(Worker worker, Thread thread) {
        loops.add(new WatchedLoop(worker, thread, Durations.toString(limit)));
    }

    void start() {
        if (!limit.isZero()) {
            Thread thread = new Thread(this::run, "stall-watch");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run() {
        Duration half = limit.dividedBy(LOOKS_PER_LIMIT);
        Duration interval = half.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : half;
        try {
            while (!ended.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                loops.forEach(WatchedLoop::look);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; ends the thread
        }
    }

    /** How often each loop has stalled, in the order of the workers. Any thread. */
    List<Long> stalls() {
        return loops.stream().map(WatchedLoop::stalls).toList();
    }

    /** Ends the thread. */
    void end() {
        ended.countDown();
    }
}
