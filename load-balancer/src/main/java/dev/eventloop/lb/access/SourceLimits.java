package dev.eventloop.lb.access;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Limits how many connections each source has open, and how fast it opens them, counted over all
 * threads. The data path calls this only if a limit is configured.
 *
 * <p>Strangers choose how many sources there are, so the memory is fixed: a hash of the source
 * chooses a {@link SourceSet}, and a new source takes the place of one there that has no open
 * connection. Where each has one, the new source is admitted without being counted.
 */
public final class SourceLimits {
    /** {@link #acquire} refused the connection. */
    public static final int REFUSED = -1;

    /** {@link #acquire} admitted the connection, and had no room to count it. */
    public static final int UNCOUNTED = 0;

    /** With 16 sources each, 65,536 sources in 4.5 MiB. */
    private static final int SETS = 1 << 12;

    /** Each is created for its first source. */
    private final AtomicReferenceArray<SourceSet> sets;

    /** Of each process its own, so that nobody can choose sources that share a set. */
    private final long secret = ThreadLocalRandom.current().nextLong();

    private volatile Limits limits;

    /**
     * The limits of each source.
     *
     * @param connections open at the same time; 0 for no limit
     * @param rate connections opened in a period; 0 for no limit
     * @param periodNanos the length of that period in nanoseconds
     * @param prefix which addresses are one source
     */
    public record Limits(int connections, int rate, long periodNanos, SourcePrefix prefix) {
        public static final Limits NONE = new Limits(0, 0, 0, SourcePrefix.DEFAULT);

        /** Whether there is none. */
        public boolean areNone() {
            return connections == 0 && rate == 0;
        }
    }

    public SourceLimits(Limits limits) {
        this(limits, SETS);
    }

    /**
     * @param sets how many sets of {@value SourceSet#WAYS} sources there are; a power of two
     */
    public SourceLimits(Limits limits, int sets) {
        this.limits = limits;
        this.sets = new AtomicReferenceArray<>(sets);
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
     * @return the prefix length that it is counted under, for {@link #release}; {@link #UNCOUNTED};
     *     or {@link #REFUSED} if it would exceed a limit
     */
    public int acquire(long ipHigh, long ipLow, long now) {
        Limits current = limits;
        int prefix = current.prefix().of(ipHigh, ipLow);
        long high = ipHigh & Mask.high(prefix);
        long low = ipLow & Mask.low(prefix);
        return switch (set(high, low).count(high, low, current, now)) {
            case SourceSet.COUNTED -> prefix;
            case SourceSet.FULL -> UNCOUNTED;
            default -> REFUSED;
        };
    }

    /** Whether {@link #acquire} would refuse a connection. Any thread. */
    public boolean isExceeded(long ipHigh, long ipLow, long now) {
        Limits current = limits;
        int prefix = current.prefix().of(ipHigh, ipLow);
        long high = ipHigh & Mask.high(prefix);
        long low = ipLow & Mask.low(prefix);
        return set(high, low).isExceeded(high, low, current, now);
    }

    /**
     * Gives back a connection that {@link #acquire} counted. Any thread.
     *
     * @param prefix what {@link #acquire} returned; the configured one may have changed since
     */
    public void release(long ipHigh, long ipLow, int prefix) {
        long high = ipHigh & Mask.high(prefix);
        long low = ipLow & Mask.low(prefix);
        set(high, low).release(high, low);
    }

    private SourceSet set(long high, long low) {
        int index = (int) hash(high, low) & sets.length() - 1;
        SourceSet set = sets.get(index);
        if (set == null) {
            sets.compareAndSet(index, null, new SourceSet());
            set = sets.get(index);
        }
        return set;
    }

    /** The finalizer of MurmurHash3, once for each half. */
    private long hash(long high, long low) {
        return mix(mix(high ^ secret) ^ low);
    }

    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    /** How many sources are remembered. */
    int size() {
        int size = 0;
        for (int i = 0; i < sets.length(); i++) {
            SourceSet set = sets.get(i);
            size += set == null ? 0 : set.size();
        }
        return size;
    }
}
