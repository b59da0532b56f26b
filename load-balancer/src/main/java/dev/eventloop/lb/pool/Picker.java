package dev.eventloop.lb.pool;

/**
 * A load-balancing algorithm over a fixed set of backends. Any thread; takes no lock and allocates
 * nothing.
 */
public abstract class Picker {
    private final Backend[] candidates;

    Picker(Backend[] candidates) {
        this.candidates = candidates;
    }

    /**
     * Picks and acquires a backend that was not tried yet and is below its limit; null if there is
     * none.
     *
     * @param fitness the least that it must have: a backend may have gone down since this picker
     *     was made
     * @param sourceHigh the upper 64 bits of the client's address; IPv4 as an IPv4-mapped IPv6
     *     address
     * @param sourceLow the lower 64 bits
     */
    abstract Backend pick(Attempts tried, Fitness fitness, long sourceHigh, long sourceLow);

    /** The schedule whose account the next picker continues; null for algorithms that keep none. */
    Schedule schedule() {
        return null;
    }

    /** Those of newcomers; null for algorithms that compare no connections. */
    Handicaps handicaps() {
        return null;
    }

    /** The number of candidates. */
    final int size() {
        return candidates.length;
    }

    final Backend candidate(int index) {
        return candidates[index];
    }

    /** Whether this backend is fit, was not tried, and is below its limit. */
    static boolean isUsable(Backend backend, int active, Attempts tried, Fitness fitness) {
        return backend.isFit(fitness) && !backend.isFull(active) && !tried.contains(backend);
    }

    /** Acquires this backend if it is usable. */
    static boolean use(Backend backend, Attempts tried, Fitness fitness) {
        return backend.isFit(fitness) && !tried.contains(backend) && backend.acquire();
    }

    /** Acquires the first usable candidate from index {@code start} on; null if there is none. */
    final Backend useFrom(int start, Attempts tried, Fitness fitness) {
        for (int i = start; i < candidates.length; i++) {
            if (use(candidates[i], tried, fitness)) {
                return candidates[i];
            }
        }
        for (int i = 0; i < start; i++) {
            if (use(candidates[i], tried, fitness)) {
                return candidates[i];
            }
        }
        return null;
    }

    /** Makes the pickers of one algorithm. */
    public interface Kind {
        /**
         * Makes a picker over these candidates.
         *
         * @param weights of the candidates, at least 1 each
         * @param owed how many picks each is behind its share, from the previous picker
         */
        Picker of(Backend[] candidates, int[] weights, double[] owed);
    }
}
