package dev.eventloop.lb.simulation;

import dev.eventloop.lb.LoadBalancerStats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Plays the operator: adds and removes backends, changes weights and states, closes connections,
 * and reloads. Checks the resulting state after each action.
 */
final class Operator {
    private static final int KINDS = 24;

    private final Simulation simulation;
    private final Dice dice;
    private final Reload reload;

    /** Of all pools of the scenario, by name. */
    private final Map<String, OperatedPool> pools = new LinkedHashMap<>();

    Operator(Simulation simulation, Dice dice) {
        this.simulation = simulation;
        this.dice = dice;
        for (BackendWatch pool : simulation.pools.values()) {
            pools.put(pool.plan.name(), new OperatedPool(simulation, pool, dice));
        }
        Configuration first = Configuration.atTheStart(simulation.scenario);
        first.pools().forEach((name, group) -> pools.get(name).isConfigured(group));
        this.reload = new Reload(simulation, pools, first, dice);
    }

    /** Performs a random action, and checks the result. */
    void act() {
        if (simulation.ending.hasBegun()) {
            return;
        }
        int kind = dice.below(KINDS);
        if (kind < 3) {
            in(OperatedPool::isPresent, OperatedPool::add);
        } else if (kind < 6) {
            in(OperatedPool::hasBackends, OperatedPool::remove);
        } else if (kind < 8) {
            in(OperatedPool::hasBackends, OperatedPool::weight);
        } else if (kind < 12) {
            in(OperatedPool::hasBackends, OperatedPool::state);
        } else if (kind < 15) {
            kill();
        } else if (kind < 17) {
            simulation.note("operator lists the open connections and reads the statistics");
            simulation.lb.settle();
            simulation.lb.askWhoIsInside(simulation.visits::listed);
        } else {
            reload.act();
        }
        simulation.look();
        check();
    }

    /** Acts in one of these pools, if there are any. */
    private void in(Predicate<OperatedPool> these, Consumer<OperatedPool> action) {
        List<OperatedPool> some = pools.values().stream().filter(these).toList();
        if (!some.isEmpty()) {
            action.accept(some.get(dice.below(some.size())));
        }
    }

    private void kill() {
        List<Visit> open =
                simulation.visits.all().stream()
                        .filter(v -> v.id >= 0 && v.closed == null)
                        .toList();
        if (open.isEmpty()) {
            simulation.lb.closeConnection(dice.below(1_000_000)); // this id may exist or not
            simulation.killedBlindly = true;
            return;
        }
        Visit doomed = open.get(dice.below(open.size()));
        simulation.note("operator kills %d, %s", doomed.id, doomed.client.name);
        doomed.killedAt = Math.min(doomed.killedAt, simulation.now());
        simulation.lb.closeConnection(doomed.id);
    }

    /** Frontends, pools, backends and their states are exactly as configured and found. */
    void check() {
        LoadBalancerStats stats = simulation.lb.stats();
        List<String> frontends =
                stats.frontends().stream().map(LoadBalancerStats.Frontend::name).toList();
        List<String> wanted = List.copyOf(reload.configuration().frontends().keySet());
        if (!frontends.equals(wanted)) {
            throw new Violation("expected the frontends %s, but there are %s", wanted, frontends);
        }
        List<String> names = stats.pools().stream().map(LoadBalancerStats.Pool::name).toList();
        List<String> wantedPools = List.copyOf(reload.configuration().pools().keySet());
        if (!names.equals(wantedPools)) {
            throw new Violation("expected the pools %s, but there are %s", wantedPools, names);
        }
        stats.pools().forEach(pool -> pools.get(pool.name()).check(pool.backends()));
    }
}
