package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.OperatorState.PoolState;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Makes the changes again that an operator had made in a process before this one. As at a reload, a
 * change is left out if the configuration says something else of that backend than it did then.
 */
final class SavedChanges {
    private final Pool pool;
    private final BackendGroups groups;
    private final List<String> sentences = new ArrayList<>();

    SavedChanges(Pool pool, BackendGroups groups) {
        this.pool = pool;
        this.groups = groups;
    }

    /** A change, and what may refuse it. */
    private interface Change {
        void make() throws UnknownHostException;
    }

    /**
     * Makes them.
     *
     * @param configured what the configuration says now
     * @return a sentence for each change that is left out
     */
    List<String> make(PoolState saved, Map<String, BackendOptions> configured) {
        Map<String, BackendOptions> wanted = new HashMap<>();
        saved.wanted()
                .forEach(
                        (name, change) -> {
                            BackendOptions then = saved.configured().get(name);
                            if (Objects.equals(then, configured.get(name))) {
                                wanted.put(name, change);
                            } else if (!Objects.equals(change, configured.get(name))) {
                                sentences.add(
                                        label(name)
                                                + " is as the configuration has it, which has"
                                                + " changed; an operator had changed it, too");
                            }
                        });
        // Additions first: the last backend in use cannot be removed.
        wanted.forEach(
                (name, change) -> {
                    if (change != null && !configured.containsKey(name)) {
                        attempt(name, () -> groups.add(change));
                    }
                });
        wanted.forEach(
                (name, change) -> {
                    if (change != null && configured.containsKey(name)) {
                        attempt(name, () -> set(change, configured.get(name)));
                    }
                });
        saved.weights().forEach((name, weight) -> attempt(name, () -> weigh(name, weight)));
        saved.states()
                .forEach(
                        (name, state) -> {
                            if (pool.find(name) != null) {
                                attempt(name, () -> groups.state(name, state));
                            }
                        });
        wanted.forEach(
                (name, change) -> {
                    if (change == null && pool.find(name) != null) {
                        attempt(name, () -> groups.remove(name));
                    }
                });
        return sentences;
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

    private void weigh(String name, int weight) {
        if (pool.find(name) != null) {
            groups.weight(name, weight);
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
