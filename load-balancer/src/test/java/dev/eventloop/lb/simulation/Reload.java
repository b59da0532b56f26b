package dev.eventloop.lb.simulation;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.libc.Errno;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Reloads: changes the settings of frontends and pools, adds some and removes some. Some of the
 * configurations are wrong, and must change nothing.
 */
final class Reload {
    private final Simulation simulation;
    private final Scenario scenario;
    private final Map<String, OperatedPool> pools;
    private final Dice dice;
    private Configuration configuration;

    Reload(Simulation simulation, Map<String, OperatedPool> pools, Configuration first, Dice dice) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
        this.pools = pools;
        this.configuration = first;
        this.dice = dice;
    }

    /** What is in effect, apart from the backends. */
    Configuration configuration() {
        return configuration;
    }

    void act() {
        Configuration next = draw();
        if (next.pools().isEmpty() || next.frontends().isEmpty()) {
            return;
        }
        simulation.note("operator reloads: %s", next);
        LoadBalancerBuilder builder = next.builder(simulation);
        if (dice.percent(10)) {
            makeWrong(builder, next);
            OperatedPool.refused(
                    simulation,
                    () -> simulation.lb.operated().reload(builder),
                    IllegalArgumentException.class);
            return;
        }
        pools.values().forEach(OperatedPool::isAboutToChange);
        List<String> kept = reload(builder);
        if (kept == null) {
            return;
        }
        configuration = next;
        simulation.configured(simulation.now(), next);
        int differences = 0;
        for (Map.Entry<String, OperatedPool> pool : pools.entrySet()) {
            if (next.pools().containsKey(pool.getKey())) {
                differences += pool.getValue().isConfigured(next.pools().get(pool.getKey()));
            } else {
                pool.getValue().isRemoved();
            }
        }
        if (kept.size() != differences) {
            throw new Violation(
                    "a reload and the operator differ in %d backends, but it said: %s",
                    differences, kept);
        }
    }

    private Configuration draw() {
        Configuration next = new Configuration();
        for (PoolPlan plan : scenario.pools()) {
            boolean stays = scenario.pools().size() == 1 || dice.percent(80);
            List<BackendOptions> backends = pools.get(plan.name()).drawBackends();
            int name = name(plan);
            if (stays && (!backends.isEmpty() || name > 0)) {
                Policies policies = simulation.pools.get(plan.name()).policies;
                next.pools()
                        .put(
                                plan.name(),
                                new Configuration.Group(plan, policy(policies), backends, name));
            }
        }
        List<String> names = List.copyOf(next.pools().keySet());
        for (FrontendPlan plan : scenario.frontends()) {
            boolean stays = scenario.frontends().size() == 1 || dice.percent(80);
            FrontendHistory history = simulation.frontends.get(plan.name());
            if (stays && !names.isEmpty()) {
                Policy policy =
                        FrontendPlan.ofClientsBehindProxies(
                                policy(history.policies), plan.acceptsHeader());
                next.frontends()
                        .put(
                                plan.name(),
                                new Configuration.Entry(plan, policy, routing(history, names)));
            }
        }
        return next;
    }

    /** The version of the source of the pool; 0 for none. */
    private int name(PoolPlan plan) {
        if (plan.names() == null) {
            return 0;
        }
        Configuration.Group now = configuration.pools().get(plan.name());
        int version = now == null ? 0 : now.name();
        return dice.percent(70) ? version : dice.below(3);
    }

    private Policy policy(Policies policies) {
        boolean same = dice.percent(30) && !policies.all().isEmpty();
        return same ? policies.now() : Policy.draw(dice.split());
    }

    /** The only frontend of a run always sends all clients to the only pool. */
    private Routing routing(FrontendHistory history, List<String> pools) {
        Routing now =
                history.routings.all().isEmpty() ? history.plan.routing() : history.routings.now();
        boolean only = scenario.pool("default") != null;
        return only || (now.fits(pools) && dice.percent(50))
                ? now
                : Routing.draw(dice.split(), pools);
    }

    /** Something that a reload refuses before it changes anything. */
    private void makeWrong(LoadBalancerBuilder builder, Configuration next) {
        String pool = next.pools().keySet().iterator().next();
        if (dice.percent(50) || next.pools().get(pool).backends().isEmpty()) {
            builder.frontend("wrong", f -> f.listen("127.0.0.1", 7000).pool("unknown"));
            return;
        }
        BackendOptions twin = next.pools().get(pool).backends().iterator().next();
        BackendOptions other = new BackendOptions("its twin", twin.address(), 1, false, 0);
        builder.pool(pool, p -> p.backend(other));
    }

    /** What it kept; null if there were too few files for a frontend's sockets. */
    private List<String> reload(LoadBalancerBuilder builder) {
        try {
            return simulation.lb.operated().reload(builder);
        } catch (ErrnoException e) {
            if (scenario.hasFilesForAll() || e.errno() == Errno.EADDRINUSE) {
                throw new Violation("a reload fails: %s", e.getMessage());
            }
            simulation.note("the reload fails: %s", e.getMessage());
            return null;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
