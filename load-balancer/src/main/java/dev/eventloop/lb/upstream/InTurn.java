package dev.eventloop.lb.upstream;

import java.util.Arrays;

/** Picks backends in the order of a {@link Schedule}. */
public final class InTurn extends Picker {
    private final Schedule schedule;

    /** Each has its turn, the more often the greater its weight. */
    public InTurn(Backend[] candidates, int[] weights, double[] owed) {
        super(candidates);
        schedule = Schedule.weighted(weights, owed);
    }

    /** Each has its turn, whatever its weight. */
    public static InTurn unweighted(Backend[] candidates, int[] weights, double[] owed) {
        int[] same = new int[weights.length];
        Arrays.fill(same, 1);
        return new InTurn(candidates, same, owed);
    }

    @Override
    double[] owed() {
        return schedule.owed();
    }

    /** Whose turn it is and may not be used lets the next in the schedule have it. */
    @Override
    Backend pick(Attempts tried, long sourceHigh, long sourceLow) {
        for (int misses = 0; ; misses++) {
            boolean look = misses > 0 && (misses - 1) % size() == 0;
            if (look && !anyIsFree(tried)) {
                return null;
            }
            Backend backend = candidate(schedule.next());
            if (use(backend, tried)) {
                return backend;
            }
        }
    }
}
