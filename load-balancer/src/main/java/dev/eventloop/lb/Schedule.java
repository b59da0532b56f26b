package dev.eventloop.lb;

import java.util.concurrent.atomic.AtomicLong;

/**
 * In which order backends are picked: a sequence that is worked out once and then repeated, with
 * one position for all threads. So the shares are exact however the connections spread over
 * threads, and a pick is one atomic addition.
 */
final class Schedule {
    private final int[] sequence;
    private final AtomicLong position = new AtomicLong();

    private Schedule(int[] sequence) {
        this.sequence = sequence;
    }

    /**
     * Smooth weighted round robin, nginx's: at each step every backend gains its weight, the one
     * that has most is picked, and pays the sum of all.
     */
    static Schedule weighted(int... weights) {
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
        for (int step = 0; step < total; step++) {
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
        return new Schedule(sequence);
    }

    /** The index of the backend whose turn it is. Any thread. */
    int next() {
        return sequence[(int) (position.getAndIncrement() % sequence.length)];
    }

    /** After how many picks it begins again. */
    int length() {
        return sequence.length;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
