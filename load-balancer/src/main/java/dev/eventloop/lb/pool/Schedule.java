package dev.eventloop.lb.pool;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The order of weighted round robin: a precomputed sequence that repeats, with one position for all
 * threads. So shares are exact however connections spread over threads, and a pick is one atomic
 * addition.
 */
final class Schedule {
    private final int[] sequence;
    private final int[] gains;

    /** The part of {@code owed} that the start position does not account for. */
    private final double[] carried;

    private final AtomicLong position;

    private Schedule(int[] sequence, int[] gains, double[] owed, int start) {
        this.sequence = sequence;
        this.gains = gains;
        this.carried = new double[gains.length];
        this.position = new AtomicLong(start);
        double[] atStart = owed();
        for (int i = 0; i < owed.length; i++) {
            carried[i] = owed[i] - atStart[i];
        }
    }

    /**
     * Smooth weighted round robin, as in nginx: at each step every backend gains its weight; the
     * one with the most is picked and pays the sum of all weights.
     *
     * @param owed how many picks each was behind its share before; the sequence starts at the step
     *     that fits this best
     */
    static Schedule weighted(int[] weights, double... owed) {
        int divisor = 0;
        for (int weight : weights) {
            divisor = greatestCommonDivisor(weight, divisor);
        }
        int total = 0;
        int[] gains = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
            gains[i] = weights[i] / divisor;
            total += gains[i];
        }
        int[] sequence = new int[total];
        int[] current = new int[weights.length];
        int start = 0;
        double leastMisfit = Double.MAX_VALUE;
        for (int step = 0; step < total; step++) {
            double misfit = misfit(current, total, owed);
            if (misfit < leastMisfit) {
                leastMisfit = misfit;
                start = step;
            }
            int best = 0;
            for (int i = 0; i < gains.length; i++) {
                current[i] += gains[i];
                if (current[i] > current[best]) {
                    best = i;
                }
            }
            current[best] -= total;
            sequence[step] = best;
        }
        return new Schedule(sequence, gains, owed, start);
    }

    private static double misfit(int[] current, double total, double[] owed) {
        double sum = 0;
        for (int i = 0; i < owed.length; i++) {
            double difference = current[i] / total - owed[i];
            sum += difference * difference;
        }
        return sum;
    }

    /** The index of the next backend. Any thread. */
    int next() {
        return sequence[(int) (position.getAndIncrement() % sequence.length)];
    }

    /** How many picks each backend is behind its share now; negative if it is ahead. */
    double[] owed() {
        int steps = (int) (position.get() % sequence.length);
        double[] owed = carried.clone();
        for (int i = 0; i < gains.length; i++) {
            owed[i] += (double) steps * gains[i] / sequence.length;
        }
        for (int step = 0; step < steps; step++) {
            owed[sequence[step]]--;
        }
        return owed;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
