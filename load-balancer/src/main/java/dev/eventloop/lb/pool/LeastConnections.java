package dev.eventloop.lb.pool;

/**
 * Least connections: picks the backend with the fewest connections relative to its weight, and
 * breaks ties in round-robin order. Exact over all threads: a thread that loses the race for a
 * backend compares again.
 */
public final class LeastConnections extends Picker {
    private final int[] weights;
    private final Schedule schedule;

    public LeastConnections(Backend[] candidates, int[] weights, double[] owed) {
        super(candidates);
        this.weights = weights;
        this.schedule = Schedule.weighted(weights, owed);
    }

    @Override
    double[] owed() {
        return schedule.owed();
    }

    @Override
    Backend pick(Attempts tried, long sourceHigh, long sourceLow) {
        int first = schedule.next();
        while (true) {
            int best = -1;
            int fewest = 0;
            for (int i = 0; i < size(); i++) {
                int index = (first + i) % size();
                Backend backend = candidate(index);
                int active = backend.rawActive();
                boolean usable = !tried.contains(backend) && !backend.isFull(active);
                if (usable && (best < 0 || isLess(active, index, fewest, best))) {
                    best = index;
                    fewest = active;
                }
            }
            if (best < 0) {
                return null;
            }
            if (candidate(best).acquire(fewest)) {
                return candidate(best);
            }
        }
    }

    private boolean isLess(int active, int index, int otherActive, int other) {
        return (long) active * weights[other] < (long) otherActive * weights[index];
    }
}
