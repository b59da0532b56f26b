package dev.eventloop.lb.access;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections each source address has, and how fast it opens them, over all threads. Only
 * asked where there is a limit.
 */
public final class SourceLimits {
    /** Sources that have nothing open are forgotten when there are so many, at the earliest. */
    private static final int SWEEP = 4096;

    private final ConcurrentHashMap<Source, Use> uses = new ConcurrentHashMap<>();
    private final AtomicInteger sweepAt = new AtomicInteger(SWEEP);
    private volatile Limits limits;

    /**
     * What a source may do.
     *
     * @param connections at a time; 0 for no limit
     * @param rate connections in a period; 0 for no limit
     * @param periodNanos that period
     */
    public record Limits(int connections, int rate, long periodNanos) {
        public static final Limits NONE = new Limits(0, 0, 0);

        boolean areNone() {
            return connections == 0 && rate == 0;
        }
    }

    private record Source(long high, long low) {}

    /** What a source does; guarded by the map's own lock of its key. */
    private static final class Use {
        private int open;
        private long windowStart;
        private int inWindow;
        private int inWindowBefore;

        private boolean admit(Limits limits, long now) {
            roll(limits, now);
            boolean admitted = !isTooMany(limits, now);
            if (admitted) {
                open++;
                inWindow++;
            }
            return admitted;
        }

        /** The last window counts for the part of it that is not a period ago yet. */
        private boolean isTooMany(Limits limits, long now) {
            if (limits.connections() > 0 && open >= limits.connections()) {
                return true;
            }
            if (limits.rate() == 0) {
                return false;
            }
            double part = 1 - (now - windowStart) / (double) limits.periodNanos();
            return inWindow + Math.floor(inWindowBefore * part) >= limits.rate();
        }

        private void roll(Limits limits, long now) {
            long period = Math.max(1, limits.periodNanos());
            long elapsed = now - windowStart;
            if ((inWindow == 0 && inWindowBefore == 0) || elapsed >= 2 * period) {
                windowStart = now;
                inWindow = 0;
                inWindowBefore = 0;
            } else if (elapsed >= period) {
                windowStart += period;
                inWindowBefore = inWindow;
                inWindow = 0;
            }
        }

        private boolean isForgettable(Limits limits, long now) {
            return open == 0
                    && (limits.rate() == 0 || now - windowStart >= 2 * limits.periodNanos());
        }
    }

    public SourceLimits(Limits limits) {
        this.limits = limits;
    }

    /** From now on. Connections that are open stay counted if they were. */
    public void change(Limits limits) {
        this.limits = limits;
    }

    /** Whether there is any limit. */
    public boolean isLimited() {
        return !limits.areNone();
    }

    /**
     * Counts a connection, which {@link #release} takes back; false if it is one too many.
     *
     * @param now nanoseconds of any origin
     */
    public boolean acquire(long ipHigh, long ipLow, long now) {
        Limits current = limits;
        sweep(current, now);
        boolean[] admitted = new boolean[1];
        uses.compute(
                new Source(ipHigh, ipLow),
                (source, known) -> {
                    Use use = known == null ? new Use() : known;
                    admitted[0] = use.admit(current, now);
                    return use;
                });
        return admitted[0];
    }

    /** A connection that was counted has ended. */
    public void release(long ipHigh, long ipLow, long now) {
        Limits current = limits;
        uses.computeIfPresent(
                new Source(ipHigh, ipLow),
                (source, use) -> {
                    use.open--;
                    return use.isForgettable(current, now) ? null : use;
                });
    }

    /** How many sources are known. */
    int size() {
        return uses.size();
    }

    private void sweep(Limits current, long now) {
        int at = sweepAt.get();
        if (uses.size() >= at && sweepAt.compareAndSet(at, Integer.MAX_VALUE)) {
            uses.keySet()
                    .forEach(
                            key ->
                                    uses.computeIfPresent(
                                            key,
                                            (source, use) ->
                                                    use.isForgettable(current, now) ? null : use));
            sweepAt.set(Math.max(SWEEP, 2 * uses.size()));
        }
    }
}
