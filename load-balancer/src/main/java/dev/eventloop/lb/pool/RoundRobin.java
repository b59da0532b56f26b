package dev.eventloop.lb.pool;

/** Weighted round robin: picks backends in the order of a {@link Schedule}. */
public final class RoundRobin extends Picker {
    /**
     * After this many turns of backends that cannot be used, the next one that can gets the turn,
     * whatever its weight: more than a heavy backend has in a row.
     */
    private static final int MOST_MISSES = 512;

    private final Schedule schedule;

    /** Each backend gets turns in proportion to its weight. */
    public RoundRobin(Backend[] candidates, int[] weights, double[] owed) {
        super(candidates);
        schedule = Schedule.weighted(weights, owed);
    }

    /** Each backend gets the same number of turns, but for those in slow start. */
    public static RoundRobin unweighted(Backend[] candidates, int[] weights, double[] owed) {
        int[] same = new int[weights.length];
        for (int i = 0; i < same.length; i++) {
            int weight = Math.max(1, candidates[i].weight()); // it may have become 0 since
            same[i] = Math.max(1, weights[i] / weight); // the step of its slow start
        }
        return new RoundRobin(candidates, same, owed);
    }

    @Override
    Schedule schedule() {
        return schedule;
    }

    /** Skips backends that cannot be used: the next in the schedule gets the turn. */
    @Override
    Backend pick(Attempts tried, Fitness fitness, long sourceHigh, long sourceLow) {
        int most = Math.min(MOST_MISSES, schedule.length());
        for (int misses = 0; misses < most; misses++) {
            Backend backend = candidate(schedule.next());
            if (use(backend, tried, fitness)) {
                return backend;
            }
        }
        return useFrom((int) (schedule.picks() % size()), tried, fitness);
    }
}
