package dev.eventloop.lb.pool;

import java.util.List;

/** The pickers over the backends of a pool. Immutable: {@link Pool} replaces it after changes. */
final class Table {
    static final Table EMPTY = new Table(List.of(), Fitness.UP);

    private static final Fitness[] LESS_AND_LESS = {Fitness.IN_USE, Fitness.ENABLED, Fitness.ANY};

    private final Picker[] tiers;
    private final Fitness fitness;

    /**
     * @param tiers tried in order, until one has a usable backend
     * @param fitness what all its backends had when it was built
     */
    Table(List<Picker> tiers, Fitness fitness) {
        this.tiers = tiers.toArray(Picker[]::new);
        this.fitness = fitness;
    }

    /** Picks and acquires a backend that is still fit; null if there is none. */
    Backend pick(Attempts tried, long sourceHigh, long sourceLow) {
        return pick(fitness, tried, sourceHigh, sourceLow);
    }

    /** Picks and acquires the best that there is, fit or not; null if there is none. */
    Backend pickAny(Attempts tried, long sourceHigh, long sourceLow) {
        Backend backend = null;
        for (int i = 0; backend == null && i < LESS_AND_LESS.length; i++) {
            if (LESS_AND_LESS[i].compareTo(fitness) < 0) {
                backend = pick(LESS_AND_LESS[i], tried, sourceHigh, sourceLow);
            }
        }
        return backend;
    }

    private Backend pick(Fitness least, Attempts tried, long sourceHigh, long sourceLow) {
        for (Picker tier : tiers) {
            Backend backend = tier.pick(tried, least, sourceHigh, sourceLow);
            if (backend != null) {
                return backend;
            }
        }
        return null;
    }

    /** Whether a table that continues this one is wanted soon. */
    boolean isNearEnd() {
        for (Picker tier : tiers) {
            Schedule schedule = tier.schedule();
            if (schedule != null && schedule.isNearEnd()) {
                return true;
            }
        }
        return false;
    }

    /** Whether any of its backends is up now. */
    boolean isAnyUp() {
        for (Picker tier : tiers) {
            for (int i = 0; i < tier.size(); i++) {
                if (tier.candidate(i).isUp()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** In the order in which they are tried. */
    Picker[] tiers() {
        return tiers;
    }
}
