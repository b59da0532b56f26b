package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Builds the {@link Table} of a pool: which backends can be picked, with which weights, and where
 * each picker continues. One build at a time. Linear in the number of backends.
 */
final class TableBuilder {
    /** A backend in slow start gets one tenth of its share, then two, and so on. */
    static final int SLOW_START_STEPS = 10;

    private final LongSupplier clock;

    /** How many there were: tells which backends were in the last table. */
    private int builds;

    private boolean inSlowStart;

    /** The last table; the picks of each of its tiers that the next one takes into account. */
    private Table last = Table.EMPTY;

    private long[] picks = {};

    /**
     * @param clock nanoseconds, of any origin
     */
    TableBuilder(LongSupplier clock) {
        this.clock = clock;
    }

    /** Builds a table of these backends that continues the last one. */
    Table build(List<Backend> backends, Picker.Kind kind, Duration slowStart) {
        inSlowStart = false;
        takeAccounts();
        builds++;
        Fitness fitness = Fitness.UP;
        List<Backend> first = new ArrayList<>();
        List<Backend> second = new ArrayList<>();
        for (Backend backend : backends) {
            if (backend.isFit(Fitness.UP)) {
                (backend.isBackup() ? second : first).add(backend);
            }
        }
        for (BackendState state : BackendState.values()) {
            if (first.isEmpty() && second.isEmpty()) { // better try one than refuse
                first =
                        backends.stream()
                                .filter(b -> b.weight() > 0 && b.state() == state)
                                .toList();
                fitness = Fitness.of(state);
            }
        }
        List<Picker> tiers = new ArrayList<>();
        for (List<Backend> tier : List.of(first, second)) {
            if (!tier.isEmpty()) {
                tiers.add(picker(tier, kind, slowStart, tiers.isEmpty()));
            }
        }
        for (Backend backend : backends) {
            if (!backend.account().wasIn(builds)) {
                backend.account().share(0);
            }
        }
        return new Table(tiers, fitness);
    }

    /** Takes over how many picks each backend is behind its share in the last table. */
    private void takeAccounts() {
        Picker[] tiers = last.tiers();
        picks = new long[tiers.length];
        for (int i = 0; i < tiers.length; i++) {
            Schedule schedule = tiers[i].schedule();
            if (tiers[i].handicaps() != null) {
                tiers[i].handicaps().save();
            }
            if (schedule != null) {
                picks[i] = schedule.picks();
                double[] owed = schedule.owed(picks[i]);
                for (int j = 0; j < owed.length; j++) {
                    tiers[i].candidate(j).account().owed(owed[j]);
                }
            }
        }
    }

    /** Takes over the picks of the last table since {@link #build} began. */
    void catchUp(Table next) {
        Picker[] before = last.tiers();
        Picker[] now = next.tiers();
        for (int i = 0; i < Math.min(before.length, now.length); i++) {
            if (before[i].schedule() != null && now[i].schedule() != null) {
                now[i].schedule().skip(before[i].schedule().picks() - picks[i]);
            }
        }
        last = next;
    }

    private Picker picker(
            List<Backend> tier, Picker.Kind kind, Duration slowStart, boolean isFirst) {
        Backend[] candidates = tier.toArray(Backend[]::new);
        int[] weights = weights(candidates, slowStart);
        double[] owed = new double[candidates.length];
        double total = 0;
        for (int i = 0; i < candidates.length; i++) {
            owed[i] = candidates[i].account().owed();
            total += weights[i];
            candidates[i].account().isIn(builds);
        }
        for (int i = 0; i < candidates.length; i++) {
            candidates[i].account().share(isFirst ? weights[i] / total : 0);
        }
        Picker picker = kind.of(candidates, weights, owed);
        inSlowStart |= picker.handicaps() != null && picker.handicaps().isAny();
        return picker;
    }

    /**
     * The weights, reduced for backends in slow start. The other weights are multiplied so that the
     * reduced ones are whole numbers.
     */
    private int[] weights(Backend[] tier, Duration slowStart) {
        long now = clock.getAsLong();
        int[] weights = new int[tier.length];
        boolean slow = false;
        for (int i = 0; i < tier.length; i++) {
            int step = tier[i].health().slowStartStep(now, slowStart.toNanos(), SLOW_START_STEPS);
            slow |= step < SLOW_START_STEPS;
            weights[i] = Math.max(1, tier[i].weight()) * step; // it may have become 0 since
        }
        inSlowStart |= slow;
        return weights;
    }

    /** Whether a backend of the last table is in slow start, or catches up with the others. */
    boolean isInSlowStart() {
        return inSlowStart;
    }
}
