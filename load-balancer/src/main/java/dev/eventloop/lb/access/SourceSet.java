package dev.eventloop.lb.access;

import dev.eventloop.lb.access.SourceLimits.Limits;

/**
 * Up to {@link #WAYS} sources: how many connections each has open, and how many it opened in each
 * of the last slots of the period. Never grows: a new source takes the place of another. Locked by
 * itself, for some hundred instructions per connection.
 */
final class SourceSet {
    static final int WAYS = 16;

    static final int COUNTED = 1;

    /** All sources here have open connections, so there is no place for another. */
    static final int FULL = 0;

    static final int EXCEEDED = -1;

    /**
     * A period is counted in this many slots. A connection counts until its whole slot is a period
     * old. So no period ever has more connections than the limit; a connection that comes late
     * enough by less than one slot may still be refused.
     */
    private static final int SLOTS = 8;

    /** The slots of a period, and the current one. */
    private static final int CELLS = SLOTS + 1;

    // A place that nobody has had yet is all zeros, as the source :: is before it connects.
    private final long[] high = new long[WAYS];
    private final long[] low = new long[WAYS];
    private final int[] open = new int[WAYS];

    /** The slot in which each source last connected. */
    private final long[] last = new long[WAYS];

    /** For each source, how many connections it opened in the slots up to its last. */
    private final int[] opened = new int[WAYS * CELLS];

    /** Counts a connection of a source; returns one of the constants above. */
    synchronized int count(long ipHigh, long ipLow, Limits limits, long now) {
        long slot = slot(limits, now);
        int way = find(ipHigh, ipLow);
        if (way < 0) {
            way = leastMissed(slot);
            if (way < 0) {
                return FULL;
            }
            clear(way);
            high[way] = ipHigh;
            low[way] = ipLow;
        }
        if (exceeds(way, limits, slot)) {
            return EXCEEDED;
        }
        advance(way, slot);
        opened[cell(way, slot)]++;
        open[way]++;
        return COUNTED;
    }

    /** Whether another connection of a source would exceed a limit. */
    synchronized boolean isExceeded(long ipHigh, long ipLow, Limits limits, long now) {
        int way = find(ipHigh, ipLow);
        return way >= 0 && exceeds(way, limits, slot(limits, now));
    }

    /** A connection that was counted has ended. */
    synchronized void release(long ipHigh, long ipLow) {
        open[find(ipHigh, ipLow)]--; // it is here: a source with open connections keeps its place
    }

    /** How many sources are remembered. */
    synchronized int size() {
        int size = 0;
        for (int way = 0; way < WAYS; way++) {
            size += open[way] > 0 || inPeriod(way, last[way]) > 0 ? 1 : 0;
        }
        return size;
    }

    private int find(long ipHigh, long ipLow) {
        for (int way = 0; way < WAYS; way++) {
            if (low[way] == ipLow && high[way] == ipHigh) {
                return way;
            }
        }
        return -1;
    }

    /**
     * The source to forget: of those without open connections the one that opened the fewest in the
     * period, and of several the one that has been away for longest. So those that are near their
     * limit stay, however many sources connect once. -1 if all have open connections.
     */
    private int leastMissed(long slot) {
        int least = -1;
        int fewest = Integer.MAX_VALUE;
        for (int way = 0; way < WAYS; way++) {
            if (open[way] == 0) {
                int count = inPeriod(way, slot);
                if (least < 0 || count < fewest || (count == fewest && last[way] < last[least])) {
                    least = way;
                    fewest = count;
                }
            }
        }
        return least;
    }

    private boolean exceeds(int way, Limits limits, long slot) {
        return (limits.connections() > 0 && open[way] >= limits.connections())
                || (limits.rate() > 0 && inPeriod(way, slot) >= limits.rate());
    }

    /** How many connections a source opened in the period that ends with this slot. */
    private int inPeriod(int way, long slot) {
        if (isForgotten(way, slot)) {
            return 0;
        }
        int count = 0;
        for (long each = slot - SLOTS; each <= last[way]; each++) {
            count += opened[cell(way, each)];
        }
        return count;
    }

    /** Whether all that is known of a source is more than a period old, or of other slots. */
    private boolean isForgotten(int way, long slot) {
        return slot < last[way] || slot - last[way] > SLOTS;
    }

    private void advance(int way, long slot) {
        if (isForgotten(way, slot)) {
            clear(way);
            last[way] = slot;
        }
        while (last[way] < slot) {
            last[way]++;
            opened[cell(way, last[way])] = 0;
        }
    }

    private void clear(int way) {
        last[way] = 0;
        for (int cell = way * CELLS; cell < (way + 1) * CELLS; cell++) {
            opened[cell] = 0;
        }
    }

    private static int cell(int way, long slot) {
        return way * CELLS + Math.floorMod(slot, CELLS);
    }

    /** Rounding makes slots longer, never the period shorter. */
    private static long slot(Limits limits, long now) {
        return Math.floorDiv(now, limits.periodNanos() / SLOTS + 1);
    }
}
