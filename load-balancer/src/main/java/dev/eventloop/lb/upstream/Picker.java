package dev.eventloop.lb.upstream;

/** Picks one of a fixed number of backends. Shared by all threads; locks and allocates nothing. */
public abstract class Picker {
    private final Backend[] candidates;

    Picker(Backend[] candidates) {
        this.candidates = candidates;
    }

    /**
     * A backend that was not tried yet and has room, acquired; null for none.
     *
     * @param sourceHigh the upper half of the client's address, IPv4 as an IPv4-mapped IPv6 address
     * @param sourceLow the lower half
     */
    abstract Backend pick(Attempts tried, long sourceHigh, long sourceLow);

    /**
     * How many picks each candidate is behind its share, so that another picker can go on from
     * there; nothing where that is not known.
     */
    double[] owed() {
        return new double[candidates.length];
    }

    /** How many there are to pick from. */
    final int size() {
        return candidates.length;
    }

    final Backend candidate(int index) {
        return candidates[index];
    }

    /** Acquires this one, if it may be used. */
    final boolean use(Backend backend, Attempts tried) {
        return !tried.contains(backend) && backend.acquire();
    }

    final boolean anyIsFree(Attempts tried) {
        for (Backend backend : candidates) {
            if (!tried.contains(backend) && !backend.isFull(backend.seen())) {
                return true;
            }
        }
        return false;
    }

    /** The first from there on that may be used, acquired; null for none. */
    final Backend useFrom(int start, Attempts tried) {
        for (int i = 0; i < candidates.length; i++) {
            Backend backend = candidates[(start + i) % candidates.length];
            if (use(backend, tried)) {
                return backend;
            }
        }
        return null;
    }

    /** Makes pickers of one kind. */
    public interface Kind {
        /**
         * A picker of these.
         *
         * @param weights theirs, at least 1 each
         * @param owed how many picks each is behind its share, from a picker before
         */
        Picker of(Backend[] candidates, int[] weights, double[] owed);
    }
}
