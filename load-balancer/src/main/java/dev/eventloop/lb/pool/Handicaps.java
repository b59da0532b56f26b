package dev.eventloop.lb.pool;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The loads that decide between the candidates of a picker: their connections, and what newcomers
 * are behind.
 *
 * <p>A backend that comes among others that are busy has the fewest connections by far. It does not
 * get all connections until it has as many, but two for one of each other: what it is behind counts
 * as connections that it has, less by half a connection with each that it gets.
 */
final class Handicaps {
    private final Backend[] candidates;

    /** What each is behind, in halves of a connection; null if nobody is. */
    private final AtomicIntegerArray behind;

    /**
     * @param weights of the candidates
     */
    Handicaps(Backend[] candidates, int[] weights) {
        this.candidates = candidates;
        this.behind = behind(candidates, weights);
    }

    private static AtomicIntegerArray behind(Backend[] candidates, int[] weights) {
        long connections = 0;
        long weight = 0;
        for (int i = 0; i < candidates.length; i++) {
            if (!candidates[i].account().isNewcomer()) {
                connections += candidates[i].active();
                weight += weights[i];
            }
        }
        AtomicIntegerArray behind = null;
        for (int i = 0; i < candidates.length; i++) {
            if (candidates[i].account().isNewcomer()) {
                double fair = weight == 0 ? 0 : (double) connections * weights[i] / weight;
                int halves = halves(candidates[i], (int) (2 * (fair - candidates[i].active())));
                if (halves > 0) {
                    behind = behind == null ? new AtomicIntegerArray(candidates.length) : behind;
                    behind.set(i, halves);
                }
            }
        }
        return behind;
    }

    /** What counts of the halves of a connection that a newcomer is behind. */
    private static int halves(Backend backend, int halves) {
        if (backend.health().isInSlowStart()) {
            return halves; // its share has just become greater
        }
        int left = Math.min(halves, backend.account().handicap());
        if (left <= 0) {
            backend.account().hasCaughtUp();
        }
        return left;
    }

    /** Whether any candidate is behind. */
    boolean isAny() {
        return behind != null;
    }

    /** The load of a candidate that has so many connections, in halves of a connection. */
    long load(int index, int active) {
        return 2L * active + (behind == null ? 0 : behind.get(index));
    }

    /** A candidate has got one more connection. */
    void picked(int index) {
        if (behind != null && behind.get(index) > 0) {
            behind.getAndDecrement(index); // two threads may leave -1: half a connection
        }
    }

    /** Leaves what is left of them to the next table. */
    void save() {
        for (int i = 0; i < candidates.length; i++) {
            candidates[i].account().handicap(behind == null ? 0 : behind.get(i));
        }
    }
}
