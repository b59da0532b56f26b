package dev.eventloop.lb.simulation;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.LoadBalancerStats;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Plays the operator: adds and removes backends, changes weights and states, closes connections,
 * and reloads. Checks the resulting state after each action.
 */
final class Operator {
    private static final int KINDS = 24;

    private final Simulation simulation;
    private final Dice dice;
    private final Map<String, BackendOptions> wanted = new LinkedHashMap<>();
    private final Map<String, BackendState> states = new LinkedHashMap<>();

    Operator(Simulation simulation, Dice dice) {
        this.simulation = simulation;
        this.dice = dice;
    }

    /** Records a backend that the load balancer was started with. */
    void given(BackendOptions backend) {
        wanted.put(backend.name(), backend.maxConnections(limit(backend)));
        states.put(backend.name(), BackendState.UP);
    }

    /** Performs a random action, and checks the result. */
    void act() {
        if (simulation.isEnding()) {
            return;
        }
        int kind = dice.below(KINDS);
        if (kind < 3) {
            add();
        } else if (kind < 6) {
            remove();
        } else if (kind < 8) {
            weight();
        } else if (kind < 12) {
            state();
        } else if (kind < 15) {
            kill();
        } else if (kind < 17) {
            simulation.note("operator lists the open connections and reads the statistics");
            lb().stats();
            simulation.lb.askWhoIsInside(simulation.visits::listed);
        } else {
            reload();
        }
        simulation.backendWatch.look();
        check();
    }

    private void add() {
        List<BackendServer> absent =
                simulation.servers.values().stream()
                        .filter(server -> !wanted.containsKey(server.name))
                        .toList();
        if (absent.isEmpty()) {
            String name = any();
            refused(() -> lb().addBackend(wanted.get(name)), IllegalArgumentException.class);
            return;
        }
        BackendOptions options = altered(absent.get(dice.below(absent.size())).plan.options());
        simulation.note("operator adds %s", options);
        try {
            lb().addBackend(options);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
        given(options);
    }

    private void remove() {
        String name = any();
        boolean others =
                states.entrySet().stream()
                        .anyMatch(e -> !e.getKey().equals(name) && e.getValue() == BackendState.UP);
        simulation.note("operator removes %s", name);
        if (!others) {
            refused(() -> lb().removeBackend(name), IllegalStateException.class);
            return;
        }
        lb().removeBackend(name);
        wanted.remove(name);
        states.remove(name);
        refused(() -> lb().removeBackend(name), NoSuchElementException.class);
    }

    private void weight() {
        String name = any();
        int weight = dice.between(1, 9);
        simulation.note("operator sets the weight of %s to %d", name, weight);
        lb().setWeight(name, weight);
        wanted.put(name, wanted.get(name).weight(weight));
        refused(() -> lb().setWeight(name, 0), IllegalArgumentException.class);
    }

    private void state() {
        String name = any();
        BackendState state = dice.one(BackendState.values());
        boolean others =
                states.entrySet().stream()
                        .anyMatch(e -> !e.getKey().equals(name) && e.getValue() == BackendState.UP);
        simulation.note("operator sets %s to %s", name, state);
        if (state != BackendState.UP && !others) {
            refused(() -> lb().setState(name, state), IllegalStateException.class);
            return;
        }
        lb().setState(name, state);
        states.put(name, state);
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

    private void reload() {
        Policy next = dice.percent(30) ? simulation.policies.now() : Policy.draw(dice.split());
        Map<String, BackendOptions> backends = new LinkedHashMap<>();
        for (BackendServer server : simulation.servers.values()) {
            BackendOptions now = wanted.getOrDefault(server.name, server.plan.options());
            if (dice.percent(70)) {
                BackendOptions own = now.maxConnections(server.plan.limit());
                backends.put(server.name, dice.percent(50) ? own : altered(own));
            }
        }
        if (backends.isEmpty()) {
            return;
        }
        boolean wrong = dice.percent(10);
        LoadBalancerBuilder builder = simulation.launch().builder(next, backends.values());
        if (wrong) {
            BackendOptions twin = backends.values().iterator().next();
            builder.backend(new BackendOptions("its twin", twin.address(), 1, false, 0));
        }
        simulation.note("operator reloads: %s, %s", next, backends.values());
        if (wrong) {
            refused(() -> lb().reload(builder), IllegalArgumentException.class);
            return;
        }
        List<String> unchanged;
        try {
            unchanged = lb().reload(builder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        if (!unchanged.isEmpty()) {
            throw new Violation("a reload left settings unchanged: %s", unchanged);
        }
        simulation.policies.add(simulation.now(), next);
        wanted.keySet().retainAll(backends.keySet());
        backends.forEach(
                (name, options) -> wanted.put(name, options.maxConnections(limit(options))));
        states.keySet().retainAll(backends.keySet());
        backends.keySet().forEach(name -> states.putIfAbsent(name, BackendState.UP));
    }

    private BackendOptions altered(BackendOptions options) {
        return options.weight(dice.between(1, 9))
                .backup(dice.percent(20))
                .maxConnections(dice.percent(20) ? dice.between(1, 6) : options.maxConnections());
    }

    private int limit(BackendOptions options) {
        return options.maxConnections() > 0
                ? options.maxConnections()
                : simulation.policies.now().perBackend();
    }

    private String any() {
        List<String> names = new ArrayList<>(wanted.keySet());
        return names.get(dice.below(names.size()));
    }

    private LoadBalancer lb() {
        return simulation.lb.operated();
    }

    /** The backends and their states are exactly as configured. */
    private void check() {
        Map<String, BackendOptions> actual = new LinkedHashMap<>();
        Map<String, BackendState> actualStates = new LinkedHashMap<>();
        for (LoadBalancerStats.Backend each : simulation.lb.stats().backends()) {
            BackendServer server = simulation.servers.get(each.name());
            actual.put(
                    each.name(),
                    new BackendOptions(
                            each.name(),
                            server.plan.options().address(),
                            each.weight(),
                            each.backup(),
                            each.maxConnections()));
            actualStates.put(each.name(), each.state());
        }
        if (!actual.equals(wanted) || !actualStates.equals(states)) {
            throw new Violation(
                    "expected the backends %s, %s, but there are %s, %s",
                    wanted, states, actual, actualStates);
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private void refused(Action action, Class<? extends Exception> expected) {
        try {
            action.run();
        } catch (Exception e) {
            boolean sentence = e.getMessage() != null && !e.getMessage().isBlank();
            if (!expected.isInstance(e) || !sentence) {
                throw new AssertionError("refused with the wrong exception", e);
            }
            simulation.note("refused: %s", e.getMessage());
            return;
        }
        throw new Violation("an invalid action is not refused; expected %s", expected);
    }
}
