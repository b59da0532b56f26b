package dev.eventloop.lb.access;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits how many connections each source address has open, and how fast it opens them, counted
 * over all threads. The data path calls this only if a limit is configured.
 */
public final class SourceLimits {
    /** Sources without open connections are dropped once the map has at least this many entries. */
    private static final int SWEEP = 4096;

    /**
     * A period is counted in this many slots. A connection counts until its whole slot is a period
     * old. So no period ever has more connections than the limit; a connection that comes late
     * enough by less than one slot may still be refused.
     */
    private static final int SLOTS = 8;

    private final ConcurrentHashMap<Source, Use> uses = new ConcurrentHashMap<>();
    private final AtomicInteger sweepAt = new AtomicInteger(SWEEP);
    private volatile Limits limits;

    /**
     * The limits of each source.
     *
     * @param connections open at the same time; 0 for no limit
     * @param rate connections opened in a period; 0 for no limit
     * @param periodNanos the length of that period in nanoseconds
     */
    public record Limits(int connections, int rate, long periodNanos) {
        public static final Limits NONE = new Limits(0, 0, 0);

        boolean areNone() {
            return connections == 0 && rate == 0;
        }

        /**
         * The number of the slot that {@code now} is in. Rounding makes slots longer, never the
         * period shorter.
         */
        private long slot(long now) {
            return Math.floorDiv(now, periodNanos / SLOTS + 1);
        }
    }

    private record Source(long high, long low) {}

    /** The connections of one source; guarded by the map's lock of its key. */
    private static final class Use {
        private int open;

        /** How many connections were opened in each of the last slots, up to the current one. */
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

    /** Replaces the limits. Connections that are open and counted stay counted. Any thread. */
    public void change(Limits limits) {
        this.limits = limits;
    }

    /** Whether there is any limit. */
    public boolean isLimited() {
        return !limits.areNone();
    }

    /**
     * Counts a connection, until {@link #release} gives it back. Any thread.
     *
     * @param now nanoseconds, of any origin
     * @return false if the connection would exceed a limit; it is not counted then
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

    /** Gives back a connection that {@link #acquire} counted. Any thread. */
    public void release(long ipHigh, long ipLow, long now) {
        Limits current = limits;
        uses.computeIfPresent(
                new Source(ipHigh, ipLow),
                (source, use) -> {
                    use.open--;
                    return use.isForgettable(current, now) ? null : use;
                });
    }

    /** How many sources have an entry. */
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
