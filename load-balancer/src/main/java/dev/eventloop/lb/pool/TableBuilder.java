package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Builds the {@link Table} of a pool: which backends can be picked, with which weights, and where
 * each picker continues. Call it under the pool's lock.
 */
final class TableBuilder {
    /** A backend that comes back up gets one tenth of its share, then two, and so on. */
    static final int SLOW_START_STEPS = 10;

    /**
     * If computing a schedule would take more additions than this, slow start uses coarser steps.
     */
    private static final long MAX_SCHEDULE_WORK = 20_000_000;

    private final LongSupplier clock;

    /**
     * How many picks each backend is behind its share, including backends that have no share at the
     * moment.
     */
    private final Map<Backend, Double> owed = new HashMap<>();

    private boolean inSlowStart;

    /**
     * @param clock nanoseconds, of any origin
     */
    TableBuilder(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * @param last the previous table
     */
    Table build(List<Backend> backends, Table last, Picker.Kind kind, Duration slowStart) {
        inSlowStart = false;
        owed.putAll(last.owed());
        owed.keySet().retainAll(backends);
        Map<Backend, Double> shares = new HashMap<>();
        List<Picker> tiers = new ArrayList<>();
        for (List<Backend> tier : tiers(backends)) {
            if (!tier.isEmpty()) {
                int[] weights = weights(tier, slowStart);
                if (tiers.isEmpty()) {
                    share(tier, weights, shares);
                }
                double[] ofTier =
                        tier.stream().mapToDouble(b -> owed.getOrDefault(b, 0.0)).toArray();
                tiers.add(kind.of(tier.toArray(Backend[]::new), weights, ofTier));
            }
        }
        return new Table(backends, tiers, shares);
    }

    /** The primaries and the backups to pick from. */
    private static List<List<Backend>> tiers(List<Backend> backends) {
        List<Backend> up = backends.stream().filter(Backend::isUp).toList();
        List<Backend> first = up.stream().filter(b -> !b.isBackup()).toList();
        List<Backend> second = up.stream().filter(Backend::isBackup).toList();
        for (BackendState state : BackendState.values()) {
            if (first.isEmpty() && second.isEmpty()) { // better try one than refuse
                first = backends.stream().filter(b -> b.state() == state).toList();
            }
        }
        return List.of(first, second);
    }

    /**
     * The weights, reduced for backends in slow start. The other weights are multiplied so that the
     * reduced ones are whole numbers.
     */
    private int[] weights(List<Backend> tier, Duration slowStart) {
        long now = clock.getAsLong();
        long duration = slowStart.toNanos();
        int[] steps = new int[tier.size()];
        long total = 0;
        boolean slow = false;
        for (int i = 0; i < steps.length; i++) {
            steps[i] = tier.get(i).health().slowStartStep(now, duration, SLOW_START_STEPS);
            slow |= steps[i] < SLOW_START_STEPS;
            total += (long) tier.get(i).weight() * SLOW_START_STEPS;
        }
        inSlowStart |= slow;
        boolean fine = slow && total * steps.length <= MAX_SCHEDULE_WORK;
        int[] weights = new int[steps.length];
        for (int i = 0; i < weights.length; i++) {
            int weight = tier.get(i).weight();
            weights[i] =
                    fine ? weight * steps[i] : Math.max(1, weight * steps[i] / SLOW_START_STEPS);
        }
        return weights;
    }

    private static void share(List<Backend> tier, int[] weights, Map<Backend, Double> shares) {
        double total = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            shares.put(tier.get(i), weights[i] / total);
        }
    }

    /** Whether a backend of the last table is in slow start. */
    boolean isInSlowStart() {
        return inSlowStart;
    }
}
