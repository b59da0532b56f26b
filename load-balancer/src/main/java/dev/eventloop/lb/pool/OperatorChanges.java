package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an operator has changed of the backends of a configuration: added, removed and weighted
 * ones. The next configuration leaves a change in place, unless what it says of that backend
 * differs from what the previous one said. Not thread-safe.
 */
final class OperatorChanges {
    /** For the names of backends in sentences. */
    private final Pool pool;

    /** Replaced as a whole, so that any thread may read it. */
    private volatile Map<String, BackendOptions> configured = Map.of();

    /** What the operator wants in place of what is configured; null for a removed backend. */
    private final Map<String, BackendOptions> wanted = new LinkedHashMap<>();

    OperatorChanges(Pool pool) {
        this.pool = pool;
    }

    /** A backend was added, or has these settings now. */
    void set(BackendOptions backend) {
        if (backend.equals(configured.get(backend.name()))) {
            wanted.remove(backend.name());
        } else {
            wanted.put(backend.name(), backend);
        }
    }

    /** A backend of this group was removed. */
    void removed(String name) {
        if (configured.containsKey(name)) {
            wanted.put(name, null);
        } else {
            wanted.remove(name);
        }
    }

    /** The weight of a backend of this group was changed. */
    void weighted(String name, int weight) {
        BackendOptions now = wanted.getOrDefault(name, configured.get(name));
        if (now != null) {
            set(now.weight(weight));
        }
    }

    /** Forgets all changes: the pool goes on as it was configured. */
    void forget() {
        wanted.clear();
    }

    /**
     * Takes the next configuration, and forgets the changes that it replaces. If they would leave
     * no backend, those that were removed come back.
     *
     * @param others whether the pool has backends of other groups
     * @return a sentence for each backend for which the configuration and a change differ
     */
    List<String> configure(List<BackendOptions> next, boolean others) {
        Map<String, BackendOptions> before = configured;
        Map<String, BackendOptions> after = new HashMap<>();
        next.forEach(backend -> after.put(backend.name(), backend));
        configured = Collections.unmodifiableMap(after);
        Map<String, String> conflicts = new LinkedHashMap<>();
        for (String name : List.copyOf(wanted.keySet())) {
            BackendOptions file = configured.get(name);
            BackendOptions change = wanted.get(name);
            boolean stays = Objects.equals(before.get(name), file);
            if (!Objects.equals(file, change)) {
                conflicts.put(
                        name, stays ? stays(name, change, file) : replaced(name, change, file));
            }
            if (!stays || Objects.equals(file, change)) {
                wanted.remove(name);
            }
        }
        if (!others && next.stream().allMatch(backend -> isRemoved(backend.name()))) {
            bringBack(conflicts);
        }
        return List.copyOf(conflicts.values());
    }

    private void bringBack(Map<String, String> conflicts) {
        if (!additions().isEmpty()) {
            return;
        }
        for (String name : configured.keySet()) {
            wanted.remove(name);
            conflicts.put(
                    name,
                    label(name)
                            + " is in use again, although an operator removed it: the"
                            + " configuration has no other");
        }
    }

    private String stays(String name, BackendOptions change, BackendOptions file) {
        if (change == null) {
            return label(name)
                    + " stays removed, as an operator removed it; the configuration still has it";
        }
        if (file == null) {
            return label(name)
                    + " stays, as an operator added it; the configuration does not have it";
        }
        return label(name)
                + " stays as an operator has set it, "
                + settings(change, file)
                + "; the configuration still has "
                + settings(file, change);
    }

    private String replaced(String name, BackendOptions change, BackendOptions file) {
        String was =
                change == null
                        ? "an operator had removed it"
                        : "an operator had set " + settings(change, file);
        String now = file == null ? " is removed" : " has " + settings(file, change);
        return label(name) + now + ", as the configuration has changed; " + was;
    }

    private String label(String name) {
        return "backend " + pool.label(name);
    }

    /** The settings of a backend in which it differs from another one; all if that is null. */
    private static String settings(BackendOptions backend, BackendOptions other) {
        List<String> all = new ArrayList<>();
        if (other == null || backend.weight() != other.weight()) {
            all.add("weight " + backend.weight());
        }
        if (backend.backup() != (other != null && other.backup())) {
            all.add(backend.backup() ? "backup" : "primary");
        }
        int most = backend.maxConnections();
        if (most != (other == null ? 0 : other.maxConnections())) {
            all.add(most == 0 ? "no limit of its own" : "at most " + most + " connections");
        }
        return String.join(", ", all);
    }

    /** What the configuration says. Any thread. */
    Map<String, BackendOptions> configured() {
        return configured;
    }

    /** What the operator wants in its place; null for a removed backend. */
    Map<String, BackendOptions> wanted() {
        return wanted;
    }

    /** Whether an operator has removed it. */
    boolean isRemoved(String name) {
        return wanted.containsKey(name) && wanted.get(name) == null;
    }

    /** What is in effect for a backend of the configuration that an operator has not removed. */
    BackendOptions effective(BackendOptions backend) {
        return wanted.getOrDefault(backend.name(), backend);
    }

    /** Those that only the operator has. */
    List<BackendOptions> additions() {
        return wanted.values().stream()
                .filter(backend -> backend != null && !configured.containsKey(backend.name()))
                .toList();
    }
}
