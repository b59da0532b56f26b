package dev.eventloop.lb.upstream;

/**
 * Picks the backend that has the fewest connections for its weight; of several the one whose turn
 * it is. Exact over all threads: who finds that another was faster looks again.
 */
public final class FewestConnections extends Picker {
    private final int[] weights;
    private final Schedule schedule;

    public FewestConnections(Backend[] candidates, int[] weights, double[] owed) {
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
                int active = backend.seen();
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
