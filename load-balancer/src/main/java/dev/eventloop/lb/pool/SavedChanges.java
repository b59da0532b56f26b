package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.OperatorState.PoolState;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Saves what an operator has changed of a pool, and makes the changes again in a process after this
 * one. As at a reload, a change is left out if the configuration says something else of that
 * backend than it did then.
 */
final class SavedChanges {
    private final Pool pool;
    private final BackendGroups groups;
    private final List<String> sentences = new ArrayList<>();

    SavedChanges(Pool pool, BackendGroups groups) {
        this.pool = pool;
        this.groups = groups;
    }

    /** The changes so far. */
    static PoolState of(Pool pool, OperatorChanges changes) {
        Map<String, BackendOptions> configured = new HashMap<>(changes.configured());
        configured.keySet().retainAll(changes.wanted().keySet());
        Map<String, Integer> weights = new HashMap<>();
        Map<String, BackendState> states = new HashMap<>();
        for (Backend backend : pool.backends()) {
            if (backend.weightIsOperators() && !BackendGroups.isGiven(backend)) {
                weights.put(backend.name(), backend.weight());
            }
            if (backend.state() != BackendState.UP) {
                states.put(backend.name(), backend.state());
            }
        }
        return new PoolState(pool.name(), configured, changes.wanted(), weights, states);
    }

    /** A change, and what may refuse it. */
    private interface Change {
        void make() throws UnknownHostException;
    }

    /**
     * Makes them again. Additions come first, and removals last: the last backend in use cannot be
     * removed.
     *
     * @param configured what the configuration says now
     * @return a sentence for each change that is left out
     */
    List<String> make(PoolState saved, Map<String, BackendOptions> configured) {
        Map<String, BackendOptions> wanted = withoutConflicts(saved, configured);
        wanted.forEach(
                (name, change) -> {
                    BackendOptions file = configured.get(name);
                    if (change != null && file == null) {
                        attempt(name, () -> groups.add(change));
                    } else if (change != null) {
                        attempt(name, () -> set(change, file));
                    }
                });
        saved.weights().forEach((name, to) -> attemptIfThere(name, () -> groups.weight(name, to)));
        saved.states().forEach((name, to) -> attemptIfThere(name, () -> groups.state(name, to)));
        wanted.forEach(
                (name, change) -> {
                    if (change == null) {
                        attemptIfThere(name, () -> groups.remove(name));
                    }
                });
        return sentences;
    }

    private Map<String, BackendOptions> withoutConflicts(
            PoolState saved, Map<String, BackendOptions> configured) {
        Map<String, BackendOptions> wanted = new LinkedHashMap<>();
        saved.wanted()
                .forEach(
                        (name, change) -> {
                            BackendOptions file = configured.get(name);
                            if (Objects.equals(saved.configured().get(name), file)) {
                                wanted.put(name, change);
                            } else if (!Objects.equals(change, file)) {
                                sentences.add(
                                        label(name)
                                                + " is as the configuration has it, which has"
                                                + " changed; an operator had changed it, too");
                            }
                        });
        return wanted;
    }

    /** Only the weight can be changed; a backend with another role or limit was added anew. */
    private void set(BackendOptions change, BackendOptions file) throws UnknownHostException {
        if (change.equals(file.weight(change.weight()))) {
            groups.weight(change.name(), change.weight());
        } else {
            groups.remove(change.name());
            groups.add(change);
        }
    }

    private void attemptIfThere(String name, Change change) {
        if (pool.find(name) != null) {
            attempt(name, change);
        }
    }

    private void attempt(String name, Change change) {
        try {
            change.make();
        } catch (IllegalArgumentException
                | IllegalStateException
                | NoSuchElementException
                | UnknownHostException e) {
            sentences.add(
                    "what an operator had changed of "
                            + label(name)
                            + " is not restored: "
                            + e.getMessage());
        }
    }

    private String label(String name) {
        return "backend " + pool.label(name);
    }
}
