package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.BackendOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The backends that a pool should have by its name. The first answer of a source counts at once,
 * the last of several that come within a second after another one when that second is over.
 */
final class FoundBackends {
    private static final long BETWEEN = Duration.ofSeconds(1).toNanos();

    private final Simulation simulation;
    private final BackendStates states;
    private final Map<String, BackendOptions> now = new LinkedHashMap<>();

    /** The weights that the operator has set, which answers do not change. */
    private final Map<String, Integer> weights = new HashMap<>();

    private List<BackendOptions> next; // null if the last answer counts
    private long nextSince;
    private long changedAt;

    FoundBackends(Simulation simulation, BackendStates states) {
        this.simulation = simulation;
        this.states = states;
    }

    // What happens

    void answered(List<BackendOptions> answer, boolean first) {
        next = answer;
        nextSince = simulation.now();
        if (first || simulation.now() >= changedAt + BETWEEN) {
            change();
        }
    }

    /** Called when the load balancer has made the change that it has put off. */
    void change() {
        if (next == null) {
            return;
        }
        changedAt = simulation.now();
        Map<String, BackendOptions> before = new LinkedHashMap<>(now);
        now.clear();
        next.forEach(each -> now.put(each.name(), each));
        next = null;
        before.keySet().stream().filter(name -> !now.containsKey(name)).forEach(states::lose);
        for (String name : List.copyOf(now.keySet())) {
            if (!before.containsKey(name)) {
                appears(name);
            }
            now.computeIfPresent(name, (n, each) -> weighted(each));
        }
    }

    private void appears(String name) {
        states.add(name);
        if (!states.goesOn(name)) {
            weights.remove(name);
        }
    }

    private BackendOptions weighted(BackendOptions backend) {
        return backend.weight(weights.getOrDefault(backend.name(), backend.weight()));
    }

    /** Nothing more is heard of a source; its backends stay for the time being. */
    void sourceIsClosed() {
        next = null;
    }

    /** The pool has no name any more, or is gone. */
    void clear() {
        List.copyOf(now.keySet()).forEach(states::remove);
        now.clear();
        next = null;
    }

    /** A pool comes back with the backends that it had, if it was not closed in the meantime. */
    void comeBack(List<BackendOptions> these) {
        for (BackendOptions each : these) {
            appears(each.name());
            now.put(each.name(), weighted(each));
        }
    }

    void remove(String name) {
        now.remove(name);
    }

    void weight(String name, int weight) {
        weights.put(name, weight);
        now.computeIfPresent(name, (n, each) -> each.weight(weight));
    }

    // What should be

    boolean has(String name) {
        return now.containsKey(name);
    }

    boolean isEmpty() {
        return now.isEmpty();
    }

    /** By name. */
    Map<String, BackendOptions> all() {
        return now;
    }

    /** An answer counts in time. */
    void check() {
        expect(
                next == null || simulation.now() <= nextSince + BETWEEN + simulation.pauses.total(),
                "an answer of the name servers is not applied: %s",
                next);
    }
}
