package dev.eventloop.lb.pool;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Power of two choices: draws two backends by weight, and picks the one with fewer connections
 * relative to its weight. That is nearly as even as comparing all backends, however many there are
 * and however many load balancers share them (Mitzenmacher, "The Power of Two Choices in Randomized
 * Load Balancing", 2001).
 */
public final class RandomTwo extends Picker {
    /** After this many draws without a usable backend, the first usable one is taken. */
    private static final int DRAWS = 16;

    private final int[] weights;
    private final Handicaps handicaps;

    /** The prefix sums of the weights. */
    private final int[] sums;

    /** The counter of SplitMix64; all threads share one sequence. */
    private final AtomicLong state;

    public RandomTwo(Backend[] candidates, int[] weights, long seed) {
        super(candidates);
        this.weights = weights;
        this.handicaps = new Handicaps(candidates, weights);
        this.sums = weights.clone();
        this.state = new AtomicLong(seed);
        for (int i = 1; i < sums.length; i++) {
            sums[i] += sums[i - 1];
        }
    }

    @Override
    Handicaps handicaps() {
        return handicaps;
    }

    @Override
    Backend pick(Attempts tried, Fitness fitness, long sourceHigh, long sourceLow) {
        if (size() == 1) {
            return useFrom(0, tried, fitness);
        }
        int one = -1;
        for (int draws = 0; draws < DRAWS; draws++) {
            int other = one < 0 ? draw() : drawOther(one);
            Backend backend = candidate(other);
            if (!isUsable(backend, backend.rawActive(), tried, fitness)) {
                continue;
            }
            if (one < 0) {
                one = other;
                continue;
            }
            int best = isBusier(one, other) ? other : one;
            if (candidate(best).acquire()) {
                handicaps.picked(best);
                return candidate(best);
            }
        }
        return useFrom(one < 0 ? draw() : one, tried, fitness);
    }

    private boolean isBusier(int one, int other) {
        return handicaps.load(one, candidate(one).active()) * weights[other]
                > handicaps.load(other, candidate(other).active()) * weights[one];
    }

    private int draw() {
        return at(random(total()));
    }

    /** Draws any backend but {@code one}, so that a heavy backend is not compared with itself. */
    private int drawOther(int one) {
        int target = random(total() - weights[one]);
        return at(target < sums[one] - weights[one] ? target : target + weights[one]);
    }

    private int total() {
        return sums[sums.length - 1];
    }

    private int random(int bound) {
        long random = Hash.mix(state.getAndAdd(Hash.GOLDEN_GAMMA));
        return (int) Long.remainderUnsigned(random, bound);
    }

    private int at(int target) {
        int low = 0;
        int high = sums.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sums[middle] > target) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
