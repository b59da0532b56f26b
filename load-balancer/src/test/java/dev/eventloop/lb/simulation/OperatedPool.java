package dev.eventloop.lb.simulation;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;

/** The backends of a pool as the operator wants them, and the actions on them. */
final class OperatedPool {
    private final Simulation simulation;
    private final BackendWatch pool;
    private final String name;
    private final Dice dice;
    private final Map<String, BackendOptions> wanted = new LinkedHashMap<>();

    /** What the last configuration says. */
    private final Map<String, BackendOptions> configured = new LinkedHashMap<>();

    /** Behind its name. */
    private final FoundBackends found;

    private final BackendStates states;

    /** The found ones when the pool was removed. */
    private List<BackendOptions> foundBefore = List.of();

    private boolean hadFound;

    private int perBackend;
    private boolean isPresent;

    OperatedPool(Simulation simulation, BackendWatch pool, Dice dice) {
        this.simulation = simulation;
        this.pool = pool;
        this.name = pool.plan.name();
        this.dice = dice;
        this.states = new BackendStates(simulation);
        this.found = new FoundBackends(simulation, states);
        if (pool.plan.names() != null) {
            simulation.names.add(pool.plan, found, dice.split());
        }
    }

    /**
     * Records what a configuration has come to say of it. The operator's changes stay where it says
     * what the previous one said.
     *
     * @return for how many backends it and the operator differ
     */
    int isConfigured(Configuration.Group group) {
        perBackend = group.policy().perBackend();
        Map<String, BackendOptions> given = new LinkedHashMap<>();
        group.backends().forEach(backend -> given.put(backend.name(), backend));
        int differences = 0;
        for (BackendServer server : servers()) {
            String backend = server.name;
            BackendOptions before = configured.get(backend);
            BackendOptions next = given.get(backend);
            BackendOptions now = wanted.get(backend);
            if (!Objects.equals(now, before) && !Objects.equals(now, next)) {
                differences++;
            }
            if (!Objects.equals(next, before)) {
                set(backend, next);
            }
        }
        configured.clear();
        configured.putAll(given);
        if (wanted.isEmpty() && !hadFound) { // the removed ones come back, and each counts once
            wanted.putAll(given);
        }
        states.removeIf(backend -> !wanted.containsKey(backend) && !found.has(backend));
        wanted.keySet().forEach(states::add);
        if (!isPresent && group.name() > 0 && found.isEmpty()) {
            found.comeBack(foundBefore.stream().filter(this::isThere).toList());
        }
        if (group.name() == 0) {
            found.clear();
        }
        isPresent = true;
        return differences;
    }

    /** A reload comes next. */
    void isAboutToChange() {
        hadFound = isPresent && !found.isEmpty();
    }

    private boolean isThere(BackendOptions backend) {
        return simulation.lb.backends(name).stream().anyMatch(b -> b.name().equals(backend.name()));
    }

    private void set(String backend, BackendOptions options) {
        if (options == null) {
            wanted.remove(backend);
        } else {
            wanted.put(backend, options);
        }
    }

    /** No configuration has it any more. */
    void isRemoved() {
        foundBefore = isPresent ? List.copyOf(found.all().values()) : foundBefore;
        found.clear();
        wanted.clear();
        configured.clear();
        states.removeIf(backend -> true);
        isPresent = false;
    }

    boolean isPresent() {
        return isPresent;
    }

    boolean hasBackends() {
        return isPresent && !(wanted.isEmpty() && found.isEmpty());
    }

    private BackendOptions withLimit(BackendOptions backend) {
        int own = backend.maxConnections();
        return backend.maxConnections(own > 0 ? own : perBackend);
    }

    private List<BackendServer> servers() {
        return pool.plan.backends().stream()
                .map(backend -> simulation.servers.get(backend.options().name()))
                .toList();
    }

    /** The backends of another configuration; may be none. */
    List<BackendOptions> drawBackends() {
        List<BackendOptions> backends = new ArrayList<>();
        for (BackendServer server : servers()) {
            Map<String, BackendOptions> base = dice.percent(50) ? wanted : configured;
            BackendOptions now = base.getOrDefault(server.name, server.plan.options());
            if (dice.percent(70)) {
                backends.add(dice.percent(50) ? now : altered(now));
            }
        }
        return backends;
    }

    private BackendOptions altered(BackendOptions options) {
        return options.weight(dice.between(1, 9))
                .backup(dice.percent(20))
                .maxConnections(dice.percent(20) ? dice.between(1, 6) : options.maxConnections());
    }

    void add() {
        List<BackendServer> absent =
                servers().stream().filter(server -> !wanted.containsKey(server.name)).toList();
        if (absent.isEmpty()) {
            BackendOptions known = wanted.values().iterator().next();
            refused(() -> add(known), IllegalArgumentException.class);
            return;
        }
        BackendOptions options = altered(absent.get(dice.below(absent.size())).plan.options());
        simulation.note("operator adds %s", options);
        try {
            add(options);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
        wanted.put(options.name(), options);
        states.add(options.name());
    }

    /** The only pool need not be named. */
    private void add(BackendOptions backend) throws UnknownHostException {
        if (isOnly()) {
            lb().addBackend(backend);
        } else {
            lb().addBackend(name, backend);
        }
    }

    void remove() {
        String backend = any();
        boolean last = states.isLastInUse(backend);
        simulation.note("operator removes %s", backend);
        if (last) {
            refused(() -> lb().removeBackend(name, backend), IllegalStateException.class);
            return;
        }
        if (isOnly()) {
            lb().removeBackend(backend);
        } else {
            lb().removeBackend(name, backend);
        }
        wanted.remove(backend);
        found.remove(backend);
        states.remove(backend);
        refused(() -> lb().removeBackend(name, backend), NoSuchElementException.class);
    }

    void weight() {
        String backend = any();
        int weight = dice.between(1, 9);
        simulation.note("operator sets the weight of %s to %d", backend, weight);
        if (isOnly()) {
            lb().setWeight(backend, weight);
        } else {
            lb().setWeight(name, backend, weight);
        }
        if (found.has(backend)) {
            found.weight(backend, weight);
        } else {
            wanted.put(backend, wanted.get(backend).weight(weight));
        }
        refused(() -> lb().setWeight(name, backend, -1), IllegalArgumentException.class);
    }

    void state() {
        String backend = any();
        BackendState state = dice.one(BackendState.values());
        boolean last = states.isLastInUse(backend);
        simulation.note("operator sets %s to %s", backend, state);
        if (state != BackendState.UP && last) {
            refused(() -> lb().setState(name, backend, state), IllegalStateException.class);
            return;
        }
        if (isOnly()) {
            lb().setState(backend, state);
        } else {
            lb().setState(name, backend, state);
        }
        states.set(backend, state);
    }

    private boolean isOnly() {
        return name.equals("default");
    }

    private String any() {
        List<String> names = new ArrayList<>(wanted.keySet());
        names.addAll(found.all().keySet());
        return names.get(dice.below(names.size()));
    }

    private LoadBalancer lb() {
        return simulation.lb.operated();
    }

    /** The backends and their states are exactly as configured. */
    void check(List<LoadBalancerStats.Backend> backends) {
        Map<String, BackendOptions> actual = new LinkedHashMap<>();
        Map<String, BackendState> actualStates = new LinkedHashMap<>();
        for (LoadBalancerStats.Backend each : backends) {
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
        Map<String, BackendOptions> expected = new LinkedHashMap<>();
        wanted.forEach((backend, options) -> expected.put(backend, withLimit(options)));
        found.all().forEach((backend, options) -> expected.put(backend, withLimit(options)));
        found.check();
        if (!actual.equals(expected) || !actualStates.equals(states.all())) {
            throw new Violation(
                    "expected the backends %s, %s of %s, but there are %s, %s",
                    expected, states.all(), name, actual, actualStates);
        }
    }

    /** What an operator does, which may be wrong. */
    interface Action {
        void run() throws Exception;
    }

    private void refused(Action action, Class<? extends Exception> expected) {
        refused(simulation, action, expected);
    }

    static void refused(Simulation simulation, Action action, Class<? extends Exception> expected) {
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
