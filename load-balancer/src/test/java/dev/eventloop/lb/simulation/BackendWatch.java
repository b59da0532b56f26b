package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.pool.Backend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks the backends of a pool after each turn: each counts exactly its connections and respects
 * its limit, is freed when it is gone and not before, has its share, and has the right health.
 * Records the history of each.
 */
final class BackendWatch {
    private static final double SMALL = 1e-9;

    final PoolPlan plan;
    final Policies policies = new Policies();
    private final Simulation simulation;
    private final Map<Backend, BackendHistory> histories = new HashMap<>();
    private final List<BackendHistory> inOrder = new ArrayList<>();
    private final HealthWatch health;

    private long progress = -1;
    private long checkedAt = -1;

    /** When shares last changed or started to grow. */
    private long sharesChangedAt;

    BackendWatch(Simulation simulation, PoolPlan plan) {
        this.simulation = simulation;
        this.plan = plan;
        this.health = new HealthWatch(simulation);
    }

    /** Records the state at the current time. */
    void look() {
        look(simulation.now());
    }

    /** Records the state as of {@code since}. */
    void look(long since) {
        List<Backend> present = simulation.lb.backends(plan.name());
        for (Backend backend : present) {
            if (!histories.containsKey(backend)) {
                BackendHistory one =
                        new BackendHistory(backend, simulation.servers.get(backend.name()));
                histories.put(backend, one);
                inOrder.add(one);
            }
        }
        boolean changed = false;
        for (BackendHistory each : inOrder) {
            Backend backend = each.backend;
            changed |=
                    each.is(
                            since,
                            new BackendHistory.Status(
                                    present.contains(backend),
                                    backend.state(),
                                    backend.isHealthy(),
                                    backend.weight(),
                                    backend.isBackup(),
                                    backend.maxConnections()));
        }
        if (changed) {
            sharesChangedAt = since;
            simulation.note(
                    "backends of %s: %s",
                    plan.name(), inOrder.stream().map(BackendHistory::status).toList());
        }
    }

    /** Checks all invariants after a turn of the load balancer. */
    void turned() {
        if (inOrder.isEmpty()) {
            return;
        }
        if (simulation.kernel.progress() != progress) {
            progress = simulation.kernel.progress();
            checkCounts();
            checkShares();
        }
        if (simulation.now() != checkedAt) {
            checkedAt = simulation.now();
            inOrder.forEach(health::check);
        }
    }

    private void checkCounts() {
        Map<Backend, Integer> acquired = simulation.lb.acquired();
        for (BackendHistory each : inOrder) {
            Backend backend = each.backend;
            int count = acquired.getOrDefault(backend, 0);
            expect(
                    backend.active() == count,
                    "%s counts %d connections, but has %d",
                    backend,
                    backend.active(),
                    count);
            boolean gone = !each.status().present() && count == 0;
            expect(
                    backend.isFreed() == gone || simulation.lb.isBeingRetired(backend),
                    "%s is %s",
                    backend,
                    gone ? "gone, but not freed" : "freed, but still in use");
            int limit = each.status().limit();
            int most = limit == 0 ? Integer.MAX_VALUE : Math.max(limit, each.ceiling);
            expect(count <= most, "%s has %d connections, and may have %d", backend, count, most);
            each.ceiling = count;
        }
    }

    /** Shares are by weight among the backends in use, once no slow start is running. */
    private void checkShares() {
        long slowStart = policies.slowestStart();
        long late = simulation.pauses.total();
        boolean growing = slowStart > 0 && simulation.now() <= sharesChangedAt + slowStart + late;
        boolean frozen = slowStart > 0 && simulation.ending.hasBegun(); // no more steps are due
        if (growing || frozen || simulation.lb.isBuildDue()) {
            return;
        }
        List<BackendHistory> tier = tier();
        double total = tier.stream().mapToInt(each -> each.status().weight()).sum();
        for (BackendHistory each : inOrder) {
            boolean picked = tier.contains(each);
            double share = picked ? each.status().weight() / total : 0;
            double actual = simulation.lb.shareOf(plan.name(), each.backend);
            expect(
                    Math.abs(actual - share) < SMALL,
                    "the share of %s is %.4f, not %.4f, of %s",
                    each.backend,
                    actual,
                    share,
                    inOrder);
        }
    }

    /**
     * The backends in use: primaries that are up, else backups that are up, else all of the best
     * state.
     */
    private List<BackendHistory> tier() {
        List<BackendHistory> up = inOrder.stream().filter(each -> each.status().isUp()).toList();
        List<BackendHistory> tier = up.stream().filter(each -> !each.status().backup()).toList();
        if (tier.isEmpty()) {
            tier = up;
        }
        for (BackendState state : BackendState.values()) {
            if (tier.isEmpty()) {
                tier =
                        inOrder.stream()
                                .filter(each -> each.status().present())
                                .filter(each -> each.status().state() == state)
                                .toList();
            }
        }
        return tier;
    }

    /** All backends there ever were, in the order in which they were added. */
    List<BackendHistory> all() {
        return inOrder;
    }

    List<BackendHistory> named(String name) {
        return inOrder.stream().filter(each -> each.backend.name().equals(name)).toList();
    }

    /** Whether the load balancer has the pool now. */
    boolean isPresent() {
        return inOrder.stream().anyMatch(each -> each.status().present());
    }

    /** Whether its health checks go on indefinitely. */
    boolean isBeingChecked() {
        return isPresent()
                && (policies.now().isActive()
                        || inOrder.stream()
                                .map(BackendHistory::status)
                                .anyMatch(status -> status.present() && !status.healthy()));
    }

    @Override
    public String toString() {
        return plan.name();
    }

    /** Whether neither backends nor policy ever changed. */
    boolean nothingChanged() {
        return inOrder.stream().allMatch(BackendHistory::neverChanged)
                && policies.all().size() == 1;
    }

    /** Called after the end of the load balancer. */
    void checkAllAreFreed() {
        Map<String, Integer> left = new HashMap<>();
        for (BackendHistory each : inOrder) {
            if (!each.backend.isFreed()) {
                left.put(each.backend.name(), each.backend.active());
            }
        }
        expect(left.isEmpty(), "backends are not freed at the end: %s", left);
    }
}
