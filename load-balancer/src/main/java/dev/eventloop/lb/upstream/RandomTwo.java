package dev.eventloop.lb.upstream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Draws two backends by weight, and picks the one that has fewer connections for its weight: nearly
 * as even as looking at all of them, however many there are and however many load balancers share
 * them (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
 */
public final class RandomTwo extends Picker {
    /** Where it is always those that may not be used that are drawn, somebody else is taken. */
    private static final int DRAWS = 16;

    private final int[] weights;

    /** The sum of the weights up to each. */
    private final int[] sums;

    /** One sequence for all threads: SplitMix64 of a counter. */
    private final AtomicLong state;

    public RandomTwo(Backend[] candidates, int[] weights, long seed) {
        super(candidates);
        this.weights = weights;
        this.sums = weights.clone();
        this.state = new AtomicLong(seed);
        for (int i = 1; i < sums.length; i++) {
            sums[i] += sums[i - 1];
        }
    }

    @Override
    Backend pick(Attempts tried, long sourceHigh, long sourceLow) {
        if (size() == 1) {
            return useFrom(0, tried);
        }
        int one = -1;
        for (int draws = 0; draws < DRAWS; draws++) {
            int other = one < 0 ? draw() : drawBeside(one);
            Backend backend = candidate(other);
            if (tried.contains(backend) || backend.isFull(backend.seen())) {
                continue;
            }
            if (one < 0) {
                one = other;
                continue;
            }
            int best = isBusier(one, other) ? other : one;
            if (candidate(best).acquire()) {
                return candidate(best);
            }
        }
        return useFrom(one < 0 ? draw() : one, tried);
    }

    private boolean isBusier(int one, int other) {
        return (long) candidate(one).active() * weights[other]
                > (long) candidate(other).active() * weights[one];
    }

    private int draw() {
        return at(random(total()));
    }

    /** Never the same again, so that a heavy one is compared as well. */
    private int drawBeside(int one) {
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
