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
     * @param sourceHigh the upper 64 bits of the client's address; IPv4 as an IPv4-mapped IPv6
     *     address
     * @param sourceLow the lower 64 bits
     */
    abstract Backend pick(Attempts tried, long sourceHigh, long sourceLow);

    /**
     * How many picks each candidate is behind its share, so that the next picker can continue from
     * there; zeros for algorithms that keep no such account.
     */
    double[] owed() {
        return new double[candidates.length];
    }

    /** The number of candidates. */
    final int size() {
        return candidates.length;
    }

    final Backend candidate(int index) {
        return candidates[index];
    }

    /** Acquires this backend unless it was tried or is at its limit. */
    final boolean use(Backend backend, Attempts tried) {
        return !tried.contains(backend) && backend.acquire();
    }

    final boolean anyIsUsable(Attempts tried) {
        for (Backend backend : candidates) {
            if (!tried.contains(backend) && !backend.isFull(backend.rawActive())) {
                return true;
            }
        }
        return false;
    }

    /** Acquires the first usable candidate from index {@code start} on; null if there is none. */
    final Backend useFrom(int start, Attempts tried) {
        for (int i = 0; i < candidates.length; i++) {
            Backend backend = candidates[(start + i) % candidates.length];
            if (use(backend, tried)) {
                return backend;
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
