package dev.eventloop.lb.pool;

/**
 * Least connections: picks the backend with the fewest connections relative to its weight, and
 * breaks ties in round-robin order. Exact over all threads: a thread that loses the race for a
 * backend compares again.
 */
public final class LeastConnections extends Picker {
    private final int[] weights;
    private final Schedule schedule;
    private final Handicaps handicaps;

    public LeastConnections(Backend[] candidates, int[] weights, double[] owed) {
        super(candidates);
        this.weights = weights;
        this.schedule = Schedule.weighted(weights, owed);
        this.handicaps = new Handicaps(candidates, weights);
    }

    @Override
    Schedule schedule() {
        return schedule;
    }

    @Override
    Handicaps handicaps() {
        return handicaps;
    }

    @Override
    Backend pick(Attempts tried, Fitness fitness, long sourceHigh, long sourceLow) {
        int first = schedule.next();
        while (true) {
            int best = -1;
            int bestActive = 0;
            long fewest = 0;
            for (int i = 0; i < size(); i++) {
                int index = first + i < size() ? first + i : first + i - size();
                Backend backend = candidate(index);
                int active = backend.rawActive();
                long load = handicaps.load(index, active);
                boolean less = best < 0 || load * weights[best] < fewest * weights[index];
                if (less && isUsable(backend, active, tried, fitness)) {
                    best = index;
                    bestActive = active;
                    fewest = load;
                }
            }
            if (best < 0) {
                return null;
            }
            if (candidate(best).acquire(bestActive)) {
                handicaps.picked(best);
                return candidate(best);
            }
        }
    }
}
