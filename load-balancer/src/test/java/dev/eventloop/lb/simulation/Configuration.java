package dev.eventloop.lb.simulation;

import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.FrontendOptions;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.PoolOptions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the operator configures: frontends and pools, by name. */
record Configuration(Map<String, Entry> frontends, Map<String, Group> pools) {
    /** A frontend with the settings that a reload may change. */
    record Entry(FrontendPlan plan, Policy policy, Routing routing) {
        private void applyTo(FrontendOptions options, boolean exclusive) {
            options.listen(plan.host(), plan.port())
                    .acceptMode(exclusive ? AcceptMode.EXCLUSIVE : AcceptMode.REUSEPORT)
                    .maxClients(plan.maxClients())
                    .idleTimeout(plan.idleTimeout())
                    .halfCloseTimeout(plan.halfCloseTimeout())
                    .prefaceTimeout(plan.prefaceTimeout())
                    .acceptProxyProtocol(plan.acceptsHeader());
            policy.applyTo(options);
            routing.applyTo(options);
        }
    }

    /**
     * A pool with the settings that a reload may change.
     *
     * @param name the version of the source that looks up its name; 0 for none
     */
    record Group(PoolPlan plan, Policy policy, Collection<BackendOptions> backends, int name) {
        private void applyTo(PoolOptions options, NameServers names) {
            options.connectTimeout(plan.connectTimeout()).retries(plan.retries());
            if (plan.sends() != null) {
                options.sendProxyProtocol(plan.sends());
            }
            policy.applyTo(options);
            backends.forEach(options::backend);
            if (name > 0) {
                options.backends(names.source(plan.name(), name));
            }
        }
    }

    Configuration() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /** All that is not spare. */
    static Configuration atTheStart(Scenario scenario) {
        Configuration configuration = new Configuration();
        for (FrontendPlan plan : scenario.frontends()) {
            if (!plan.spare()) {
                configuration.frontends.put(
                        plan.name(), new Entry(plan, plan.policy(), plan.routing()));
            }
        }
        for (PoolPlan plan : scenario.pools()) {
            if (!plan.spare()) {
                List<BackendOptions> backends =
                        plan.backends().stream()
                                .filter(backend -> !backend.spare())
                                .map(BackendPlan::options)
                                .toList();
                int name = plan.names() != null && plan.names().fromTheStart() ? 1 : 0;
                configuration.pools.put(
                        plan.name(), new Group(plan, plan.policy(), backends, name));
            }
        }
        return configuration;
    }

    LoadBalancerBuilder builder(Simulation simulation) {
        Scenario scenario = simulation.scenario;
        LoadBalancerBuilder builder = LoadBalancer.builder().threads(scenario.workers());
        frontends.forEach(
                (name, entry) ->
                        builder.frontend(name, f -> entry.applyTo(f, scenario.exclusive())));
        pools.forEach((name, group) -> builder.pool(name, p -> group.applyTo(p, simulation.names)));
        return builder;
    }
}
