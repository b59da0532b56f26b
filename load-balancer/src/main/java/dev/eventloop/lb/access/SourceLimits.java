package dev.eventloop.lb.access;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections each source address has, and how fast it opens them, over all threads. Only
 * asked where there is a limit.
 */
public final class SourceLimits {
    /** Sources that have nothing open are forgotten when there are so many, at the earliest. */
    private static final int SWEEP = 4096;

    /**
     * A period is counted in so many parts. A connection counts until all of its part is a period
     * ago, so that in no period there are more than may, and a few who come late enough by less
     * than a part are turned away.
     */
    private static final int SLOTS = 8;

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

        /** The number of the part of a period; a rest makes parts longer, not periods shorter. */
        private long slot(long now) {
            return Math.floorDiv(now, periodNanos / SLOTS + 1);
        }
    }

    private record Source(long high, long low) {}

    /** What a source does; guarded by the map's own lock of its key. */
    private static final class Use {
        private int open;

        /** How many were opened in each of the last slots, the latest of which is this. */
        private final int[] opened = new int[SLOTS + 1];

        private long slot;
        private int inPeriod;

        private boolean admit(Limits limits, long now) {
            advance(limits, now);
            boolean tooMany = limits.connections() > 0 && open >= limits.connections();
            boolean tooFast = limits.rate() > 0 && inPeriod >= limits.rate();
            if (tooMany || tooFast) {
                return false;
            }
            open++;
            opened[Math.floorMod(slot, opened.length)]++;
            inPeriod++;
            return true;
        }

        private void advance(Limits limits, long now) {
            long current = limits.slot(now);
            if (current < slot || current - slot > SLOTS) {
                Arrays.fill(opened, 0);
                inPeriod = 0;
                slot = current;
            }
            while (slot < current) {
                slot++;
                int oldest = Math.floorMod(slot, opened.length);
                inPeriod -= opened[oldest];
                opened[oldest] = 0;
            }
        }

        private boolean isForgettable(Limits limits, long now) {
            if (open > 0) {
                return false;
            }
            advance(limits, now);
            return limits.rate() == 0 || inPeriod == 0;
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
