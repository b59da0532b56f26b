package dev.eventloop.lb.pool;

import java.util.Arrays;

/**
 * Smooth weighted round robin, step by step, as in nginx: at each step every candidate gains its
 * weight; the one with the most is picked and pays the sum of all weights.
 *
 * <p>Candidates of the same weight gain alike, so their order changes only by a pick. A step
 * therefore compares one candidate for each different weight, of which there are few, and not all
 * candidates.
 */
final class SmoothRotation {
    /** One pick is about this much credit; the rest of a long is for credits that add up. */
    private static final long PRECISION = 1L << 40;

    /** The credit that each candidate gains in a step, and pays, divided by all. */
    private final long[] gains;

    private final long price;
    private final int length;

    /** The credit of each candidate at step 0, had it paid at once for all its picks so far. */
    private final long[] credits;

    private long step;

    /** The candidates by weight; those of one weight are a heap, the one with most credit first. */
    private final int[] heaps;

    /** Where the heap of each weight begins, and at last the number of candidates. */
    private final int[] bounds;

    /**
     * @param owed how many picks each candidate is behind its share
     */
    SmoothRotation(int[] weights, double[] owed) {
        int divisor = 0;
        for (int weight : weights) {
            divisor = greatestCommonDivisor(weight, divisor);
        }
        long total = 0;
        for (int weight : weights) {
            total += weight / divisor;
        }
        long unit = Long.highestOneBit(Math.max(1, PRECISION / total)); // keeps ties ties
        this.length = (int) Math.min(Integer.MAX_VALUE, total);
        this.price = total * unit;
        this.gains = new long[weights.length];
        this.credits = new long[weights.length];
        for (int i = 0; i < weights.length; i++) {
            gains[i] = weights[i] / divisor * unit;
            credits[i] = Math.round(owed[i] * price);
        }
        this.bounds = bounds(weights);
        this.heaps = new int[weights.length];
        int[] free = bounds.clone();
        int[] heapOf = heapOf(weights);
        for (int i = 0; i < weights.length; i++) {
            heaps[free[heapOf[weights[i]]]++] = i;
        }
        for (int i = 0; i < bounds.length - 1; i++) {
            for (int place = (bounds[i + 1] - bounds[i]) / 2 - 1; place >= 0; place--) {
                siftDown(bounds[i], bounds[i + 1], place);
            }
        }
    }

    private static int[] counts(int[] weights) {
        int[] counts = new int[Arrays.stream(weights).max().orElseThrow() + 1];
        for (int weight : weights) {
            counts[weight]++;
        }
        return counts;
    }

    /** The number of the heap for each weight. */
    private static int[] heapOf(int[] weights) {
        int[] numbers = counts(weights);
        int next = 0;
        for (int weight = 0; weight < numbers.length; weight++) {
            numbers[weight] = numbers[weight] > 0 ? next++ : -1;
        }
        return numbers;
    }

    private static int[] bounds(int[] weights) {
        int[] counts = counts(weights);
        int[] bounds = new int[counts.length + 1];
        int heap = 0;
        for (int count : counts) {
            if (count > 0) {
                bounds[heap + 1] = bounds[heap] + count;
                heap++;
            }
        }
        return Arrays.copyOf(bounds, heap + 1);
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    /** After so many steps each candidate has gained as much as it pays for its picks. */
    int length() {
        return length;
    }

    /** How many candidates a step compares. */
    int comparisons() {
        return bounds.length - 1;
    }

    /** The index of the candidate that is picked next. */
    int next() {
        step++;
        int from = 0;
        int best = heaps[0];
        long most = credits[best] + step * gains[best];
        for (int i = 1; i < bounds.length - 1; i++) {
            int head = heaps[bounds[i]];
            long credit = credits[head] + step * gains[head];
            if (credit > most || (credit == most && head < best)) {
                from = i;
                best = head;
                most = credit;
            }
        }
        credits[best] -= price;
        siftDown(bounds[from], bounds[from + 1], 0);
        return best;
    }

    /** Moves what is at a place of a heap down to where it belongs. */
    private void siftDown(int from, int to, int place) {
        int moved = heaps[from + place];
        int free = place;
        while (true) {
            int child = 2 * free + 1;
            if (child + 1 < to - from && isBefore(heaps[from + child + 1], heaps[from + child])) {
                child++;
            }
            if (child >= to - from || !isBefore(heaps[from + child], moved)) {
                heaps[from + free] = moved;
                return;
            }
            heaps[from + free] = heaps[from + child];
            free = child;
        }
    }

    private boolean isBefore(int one, int other) {
        return credits[one] > credits[other] || (credits[one] == credits[other] && one < other);
    }

    /** The credit of each candidate, for {@link #owed} and to compare states. */
    long[] credits() {
        long[] now = credits.clone();
        for (int i = 0; i < now.length; i++) {
            now[i] += step * gains[i];
        }
        return now;
    }

    /**
     * How many picks each candidate is behind its share, {@code steps} after it had these credits.
     *
     * @param picked how often each was picked in these steps
     */
    double[] owed(long[] credits, long steps, int[] picked) {
        double[] owed = new double[gains.length];
        for (int i = 0; i < owed.length; i++) {
            owed[i] = (double) (credits[i] + steps * gains[i] - picked[i] * price) / price;
        }
        return owed;
    }

    /** Whether these are the credits now, so that the picks repeat. */
    boolean isBackAt(long[] before) {
        return Arrays.equals(before, credits());
    }
}
