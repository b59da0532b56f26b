package dev.eventloop.lb.simulation;

import dev.eventloop.lb.BackendState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The states of a pool's backends as the operator has set them, also of those that are gone. */
final class BackendStates {
    private final Simulation simulation;
    private final Map<String, BackendState> states = new LinkedHashMap<>();
    private final Map<String, Former> former = new HashMap<>();

    /**
     * A backend that was removed.
     *
     * @param lost whether its name only lost it, and it comes back as it was
     */
    private record Former(BackendState state, boolean lost) {}

    BackendStates(Simulation simulation) {
        this.simulation = simulation;
    }

    void add(String backend) {
        states.computeIfAbsent(backend, this::stateOfNew);
    }

    /** A backend that comes back while connections of it are open is in the state that it had. */
    private BackendState stateOfNew(String backend) {
        return goesOn(backend) ? former.get(backend).state() : BackendState.UP;
    }

    /** Whether a backend that comes back goes on as it was. */
    boolean goesOn(String backend) {
        Former before = former.get(backend);
        return before != null && (before.lost() || isOpen(backend));
    }

    private boolean isOpen(String backend) {
        return simulation.lb.acquired().keySet().stream().anyMatch(b -> b.name().equals(backend));
    }

    void remove(String backend) {
        former.put(backend, new Former(states.remove(backend), false));
    }

    void removeIf(Predicate<String> gone) {
        List.copyOf(states.keySet()).stream().filter(gone).forEach(this::remove);
    }

    /** Its name no longer stands for it. */
    void lose(String backend) {
        former.put(backend, new Former(states.remove(backend), true));
    }

    void set(String backend, BackendState state) {
        states.put(backend, state);
    }

    /** Of those that are there, by name. */
    Map<String, BackendState> all() {
        return states;
    }

    boolean isLastInUse(String backend) {
        return states.entrySet().stream()
                .noneMatch(e -> !e.getKey().equals(backend) && e.getValue() == BackendState.UP);
    }
}
