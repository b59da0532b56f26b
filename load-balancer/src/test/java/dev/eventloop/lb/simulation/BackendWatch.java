package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.BackendState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at the load balancer's backends after each turn: whether each counts the connections that
 * it has and no more than it may, is freed when it is gone and not before, has its share, and is up
 * when it is there and down when it is not. Remembers what was when.
 */
final class BackendWatch {
    private static final double SMALL = 1e-9;

    private final Simulation simulation;
    private final Map<Backend, Seen> seen = new HashMap<>();
    private final List<Seen> inOrder = new ArrayList<>();
    private final HealthWatch health;

    private long progress = -1;
    private long checkedAt = -1;

    /** When shares last began to grow, or jumped. */
    private long sharesChangedAt;

    BackendWatch(Simulation simulation) {
        this.simulation = simulation;
        this.health = new HealthWatch(simulation);
    }

    /** How it is now. */
    void look() {
        look(simulation.now());
    }

    /** How it is, since then. */
    void look(long since) {
        List<Backend> present = simulation.lb.backends();
        for (Backend backend : present) {
            if (!seen.containsKey(backend)) {
                Seen one = new Seen(backend, simulation.servers.get(backend.name()));
                seen.put(backend, one);
                inOrder.add(one);
            }
        }
        boolean changed = false;
        for (Seen each : inOrder) {
            Backend backend = each.backend;
            changed |=
                    each.is(
                            since,
                            new Seen.Status(
                                    present.contains(backend),
                                    backend.state(),
                                    backend.isHealthy(),
                                    backend.weight(),
                                    backend.isBackup(),
                                    backend.maxConnections()));
        }
        if (changed) {
            sharesChangedAt = since;
            simulation.note("backends: %s", inOrder.stream().map(Seen::status).toList());
        }
    }

    /** The load balancer had a turn: everything fits together. */
    void turned() {
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
        for (Seen each : inOrder) {
            Backend backend = each.backend;
            int count = acquired.getOrDefault(backend, 0);
            expect(
                    backend.active() == count,
                    "%s counts %d connections, and has %d",
                    backend,
                    backend.active(),
                    count);
            boolean gone = !each.status().present() && count == 0;
            expect(
                    backend.isFreed() == gone,
                    "%s is %s",
                    backend,
                    gone ? "gone, and not freed" : "freed, and still in use");
            int limit = each.status().limit();
            int most = limit == 0 ? Integer.MAX_VALUE : Math.max(limit, each.ceiling);
            expect(count <= most, "%s has %d connections, and may have %d", backend, count, most);
            each.ceiling = count;
        }
    }

    /** By weight, of who is up; a while after somebody came back. */
    private void checkShares() {
        long slowStart = simulation.policies.slowestStart();
        boolean growing = slowStart > 0 && simulation.now() <= sharesChangedAt + slowStart;
        if (growing) {
            return;
        }
        List<Seen> tier = tier();
        double total = tier.stream().mapToInt(each -> each.status().weight()).sum();
        for (Seen each : inOrder) {
            boolean picked = tier.contains(each);
            double share = picked ? each.status().weight() / total : 0;
            double told = simulation.lb.shareOf(each.backend);
            expect(
                    Math.abs(told - share) < SMALL,
                    "the share of %s is %.4f, not %.4f, of %s",
                    each.backend,
                    told,
                    share,
                    inOrder);
        }
    }

    /** Whose turn it is: who is up, else the backups that are, else whoever there is. */
    private List<Seen> tier() {
        List<Seen> up = inOrder.stream().filter(each -> each.status().isUp()).toList();
        List<Seen> tier = up.stream().filter(each -> !each.status().backup()).toList();
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

    /** All that ever were, in the order in which they came. */
    List<Seen> all() {
        return inOrder;
    }

    List<Seen> named(String name) {
        return inOrder.stream().filter(each -> each.backend.name().equals(name)).toList();
    }

    /** Whether they were the same, and as they were, all the time. */
    boolean nothingChanged() {
        return inOrder.stream().allMatch(Seen::neverChanged)
                && simulation.policies.all().size() == 1;
    }

    /** When all is over. */
    void checkAllAreFreed() {
        Map<String, Integer> left = new HashMap<>();
        for (Seen each : inOrder) {
            if (!each.backend.isFreed()) {
                left.put(each.backend.name(), each.backend.active());
            }
        }
        expect(left.isEmpty(), "backends are not freed in the end: %s", left);
    }
}
