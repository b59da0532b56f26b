package dev.eventloop.lb.upstream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * In which order backends are picked: a sequence that is worked out once and then repeated, with
 * one position for all threads. So the shares are exact however the connections spread over
 * threads, and a pick is one atomic addition.
 */
final class Schedule {
    private final int[] sequence;
    private final int[] gains;

    /** What was owed before, and does not show in where the sequence begins. */
    private final double[] carried;

    private final AtomicLong position;

    private Schedule(int[] sequence, int[] gains, double[] owed, int start) {
        this.sequence = sequence;
        this.gains = gains;
        this.carried = new double[gains.length];
        this.position = new AtomicLong(start);
        double[] begun = owed();
        for (int i = 0; i < owed.length; i++) {
            carried[i] = owed[i] - begun[i];
        }
    }

    /**
     * Smooth weighted round robin, nginx's: at each step every backend gains its weight, the one
     * that has most is picked, and pays the sum of all.
     *
     * @param owed what each is owed from before, in picks; it begins where that fits best
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

    /** The index of the backend whose turn it is. Any thread. */
    int next() {
        return sequence[(int) (position.getAndIncrement() % sequence.length)];
    }

    /** How many picks each is behind its share now; negative for ahead. */
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
