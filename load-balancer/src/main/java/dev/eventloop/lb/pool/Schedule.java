package dev.eventloop.lb.pool;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The order of weighted round robin: a sequence computed in advance, with one position for all
 * threads. So shares are exact however connections spread over threads, and a pick is one atomic
 * addition.
 *
 * <p>The sequence is a whole cycle, which repeats, or what leads to one and the cycle. Where a
 * cycle is too long for that (10,000 backends of various weights have one of a million picks), it
 * is a part of the cycle: before it ends, {@link #isNearEnd} asks for another table, whose schedule
 * continues from there.
 */
final class Schedule {
    /** The most candidates that are compared to compute a sequence: a few milliseconds. */
    private static final int MOST_COMPARISONS = 2_000_000;

    private static final int LEAST_STEPS = 4096;
    private static final int MOST_STEPS = 1 << 16;

    private final SmoothRotation rotation;

    /** The credits at the beginning. */
    private final long[] start;

    private final int[] sequence;

    /** From where on the sequence repeats. */
    private final int cycleStart;

    /** From which position on another schedule is wanted; never for one that repeats exactly. */
    private final long end;

    private final AtomicLong position = new AtomicLong();

    private Schedule(
            SmoothRotation rotation, long[] start, int[] sequence, int cycleStart, long end) {
        this.rotation = rotation;
        this.start = start;
        this.sequence = sequence;
        this.cycleStart = cycleStart;
        this.end = end;
    }

    /**
     * Weighted round robin.
     *
     * @param owed how many picks each candidate was behind its share before
     */
    static Schedule weighted(int[] weights, double... owed) {
        SmoothRotation rotation = new SmoothRotation(weights, owed);
        int cycle = rotation.length();
        int steps = MOST_COMPARISONS / rotation.comparisons();
        int most = Math.max(LEAST_STEPS, Math.min(MOST_STEPS, steps));
        long[] start = rotation.credits();
        if (cycle > most) {
            int[] part = new int[most];
            fill(rotation, part, 0);
            return new Schedule(rotation, start, part, 0, most * 3L / 4);
        }
        long[] before = start;
        int[] sequence = {};
        boolean repeats = false;
        while (!repeats && sequence.length + cycle <= most) {
            int length = sequence.length;
            sequence = Arrays.copyOf(sequence, length + cycle);
            fill(rotation, sequence, length);
            repeats = rotation.isBackAt(before);
            before = rotation.credits();
        }
        long end = repeats ? Long.MAX_VALUE : sequence.length;
        return new Schedule(rotation, start, sequence, sequence.length - cycle, end);
    }

    private static void fill(SmoothRotation rotation, int[] sequence, int from) {
        for (int i = from; i < sequence.length; i++) {
            sequence[i] = rotation.next();
        }
    }

    /** The index of the next backend. Any thread. */
    int next() {
        return sequence[index(position.getAndIncrement())];
    }

    private int index(long position) {
        if (position < sequence.length) {
            return (int) position;
        }
        return cycleStart + (int) ((position - cycleStart) % (sequence.length - cycleStart));
    }

    /** How many picks there were. */
    long picks() {
        return position.get();
    }

    /** Leaves out as many picks, which were made while this schedule was computed. */
    void skip(long picks) {
        position.getAndAdd(picks);
    }

    /** Whether a schedule that continues this one is wanted soon. */
    boolean isNearEnd() {
        return end != Long.MAX_VALUE && position.get() >= end;
    }

    /** After how many picks each candidate that can have a turn has had one. */
    int length() {
        return sequence.length;
    }

    /** How many picks each backend is behind its share after so many picks. */
    double[] owed(long picks) {
        int steps = index(picks);
        int[] picked = new int[start.length];
        for (int step = 0; step < steps; step++) {
            picked[sequence[step]]++;
        }
        return rotation.owed(start, steps, picked);
    }
}
