package dev.eventloop.testkit.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * The machine that simulated processes share: its clock, what is to happen and when, its network,
 * and the one lock that every call holds. Virtual time passes only where somebody waits.
 */
final class World {
    static final long NEVER = Long.MAX_VALUE;

    final KernelOptions options;
    final SplittableRandom random;
    final Network network = new Network(this);

    /** By path, the files that programs may open. */
    final Map<String, byte[]> files = new HashMap<>();

    private final PriorityQueue<Scheduled> agenda = new PriorityQueue<>();
    private long scheduledCount;
    private long virtualNow;

    World(KernelOptions options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
    }

    /** Something to be done when the clock gets there; what is due together, in order. */
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
        agenda.add(new Scheduled(time, scheduledCount++, action));
        changed();
    }

    /** When the next thing is scheduled. */
    long nextAt() {
        return agenda.isEmpty() ? NEVER : agenda.peek().at;
    }

    /** How long a segment is under way. */
    long latency() {
        long spread = options.mostLatency() - options.leastLatency();
        return options.leastLatency() + (spread == 0 ? 0 : random.nextLong(spread + 1));
    }

    boolean hasLatency() {
        return options.mostLatency() > 0;
    }

    /** Does what is due by now. */
    void runDue() {
        while (nextAt() <= now()) {
            agenda.remove().action.run();
        }
    }

    /** Moves the virtual clock, doing on the way what is scheduled. */
    void advanceTo(long time) {
        while (nextAt() <= time) {
            virtualNow = Math.max(virtualNow, nextAt());
            runDue();
        }
        virtualNow = Math.max(virtualNow, time);
    }

    /**
     * Waits until {@code answer} is not 0 and gives it, or 0 when the time is over.
     *
     * @param timeoutNanos negative waits for ever
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

    /** Other threads that wait look again. */
    void changed() {
        if (options.isWallClock()) {
            notifyAll();
        }
    }

    /** Lets time pass until then, or until something changes; whether a thread's flag was taken. */
    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private boolean pass(long until) {
        if (!options.isWallClock()) {
            if (until == NEVER) {
                throw new AssertionError("nothing can end this wait: nothing is scheduled");
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
