package dev.eventloop.lb.pool;

import java.util.Arrays;

/** Weighted round robin: picks backends in the order of a {@link Schedule}. */
public final class RoundRobin extends Picker {
    private final Schedule schedule;

    /** Each backend gets turns in proportion to its weight. */
    public RoundRobin(Backend[] candidates, int[] weights, double[] owed) {
        super(candidates);
        schedule = Schedule.weighted(weights, owed);
    }

    /** Each backend gets the same number of turns; weights are ignored. */
    public static RoundRobin unweighted(Backend[] candidates, int[] weights, double[] owed) {
        int[] same = new int[weights.length];
        Arrays.fill(same, 1);
        return new RoundRobin(candidates, same, owed);
    }

    @Override
    double[] owed() {
        return schedule.owed();
    }

    /** Skips backends that cannot be used: the next in the schedule gets the turn. */
    @Override
    Backend pick(Attempts tried, long sourceHigh, long sourceLow) {
        for (int misses = 0; ; misses++) {
            boolean roundDone = misses > 0 && (misses - 1) % size() == 0;
            if (roundDone && !anyIsUsable(tried)) {
                return null;
            }
            Backend backend = candidate(schedule.next());
            if (use(backend, tried)) {
                return backend;
            }
        }
    }
}
