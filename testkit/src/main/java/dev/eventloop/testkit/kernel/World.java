package dev.eventloop.testkit.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * The machine that simulated processes share: its clock, its schedule, its network, and the lock
 * that every system call holds. Virtual time passes in waits only.
 */
final class World {
    static final long NEVER = Long.MAX_VALUE;

    final KernelOptions options;
    final SplittableRandom random;
    final Network network = new Network(this);

    /** The files that programs may open, by path. */
    final Map<String, byte[]> files = new HashMap<>();

    private final PriorityQueue<Scheduled> schedule = new PriorityQueue<>();
    private long scheduledCount;
    private long virtualNow;
    private long lastInode;

    World(KernelOptions options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
    }

    /** An action and its time; actions of the same time run in the order of scheduling. */
    private record Scheduled(long at, long order, Runnable action)
            implements Comparable<Scheduled> {
        @Override
        public int compareTo(Scheduled other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    long now() {
        return options.isWallClock() ? System.nanoTime() : virtualNow;
    }

    void after(long delay, Runnable action) {
        at(now() + delay, action);
    }

    void at(long time, Runnable action) {
        schedule.add(new Scheduled(time, scheduledCount++, action));
        changed();
    }

    /** Runs an arrival after the latency of a segment, or at once if there is none. */
    void later(Runnable arrival) {
        if (hasLatency()) {
            after(latency(), arrival);
        } else {
            arrival.run();
        }
    }

    /** The time of the next action, or {@link #NEVER}. */
    long nextAt() {
        return schedule.isEmpty() ? NEVER : schedule.peek().at;
    }

    /** Each file has one of its own. */
    long nextInode() {
        return ++lastInode;
    }

    /** The latency of a segment, random. */
    long latency() {
        long spread = options.maxLatency() - options.minLatency();
        return options.minLatency() + (spread == 0 ? 0 : random.nextLong(spread + 1));
    }

    boolean hasLatency() {
        return options.maxLatency() > 0;
    }

    /** Runs the actions that are due. */
    void runDue() {
        while (nextAt() <= now()) {
            schedule.remove().action.run();
        }
    }

    /** Advances the virtual clock, and runs the actions that are due on the way. */
    void advanceTo(long time) {
        while (nextAt() <= time) {
            virtualNow = Math.max(virtualNow, nextAt());
            runDue();
        }
        virtualNow = Math.max(virtualNow, time);
    }

    /**
     * Waits until {@code answer} is not 0, and returns it; 0 after the timeout.
     *
     * @param timeoutNanos negative for no timeout
     */
    int await(IntSupplier answer, long timeoutNanos) {
        long start = now();
        long deadline =
                timeoutNanos < 0 || timeoutNanos > NEVER - start ? NEVER : start + timeoutNanos;
        boolean interrupted = false;
        try {
            while (true) {
                runDue();
                int result = answer.getAsInt();
                if (result != 0 || now() >= deadline) {
                    return result;
                }
                interrupted |= pass(Math.min(deadline, nextAt()));
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Makes other threads that wait check again. */
    void changed() {
        if (options.isWallClock()) {
            notifyAll();
        }
    }

    /**
     * Passes time until then or until a change; whether the thread's interrupt flag was cleared.
     */
    @SuppressWarnings("WaitNotInLoop") // the caller has the loop
    private boolean pass(long until) {
        if (!options.isWallClock()) {
            if (until == NEVER) {
                throw new AssertionError("nothing can end this wait: no action is scheduled");
            }
            virtualNow = until;
            return false;
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (until == NEVER) {
                wait();
            } else {
                long nanos = Math.max(1, until - now());
                wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
            }
        } catch (InterruptedException e) {
            return true;
        }
        return interrupted;
    }
}
