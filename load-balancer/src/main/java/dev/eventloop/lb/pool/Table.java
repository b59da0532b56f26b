package dev.eventloop.lb.pool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot of the backends and the pickers over them. Immutable: {@link Pool} replaces it after
 * each change.
 */
final class Table {
    static final Table EMPTY = new Table(List.of(), List.of(), Map.of());

    private final List<Backend> backends;
    private final Picker[] tiers;
    private final Map<Backend, Double> shares;

    /**
     * @param backends all backends, also those that cannot be picked
     * @param tiers tried in order, until one has a usable backend
     * @param shares the share of new connections of each backend that gets any, from 0 to 1
     */
    Table(List<Backend> backends, List<Picker> tiers, Map<Backend, Double> shares) {
        this.backends = List.copyOf(backends);
        this.tiers = tiers.toArray(Picker[]::new);
        this.shares = Map.copyOf(shares);
    }

    Backend pick(Attempts tried, long sourceHigh, long sourceLow) {
        for (Picker tier : tiers) {
            Backend backend = tier.pick(tried, sourceHigh, sourceLow);
            if (backend != null) {
                return backend;
            }
        }
        return null;
    }

    List<Backend> backends() {
        return backends;
    }

    /** How many backends are up now. */
    long up() {
        return backends.stream().filter(Backend::isUp).count();
    }

    /** As part of a sentence in the log. */
    String upCount() {
        long up = up();
        return up == 0
                ? "none of " + backends.size() + " is up; trying them anyway"
                : up + " of " + backends.size() + (up == 1 ? " is up" : " are up");
    }

    /** How many picks each is behind its share. */
    Map<Backend, Double> owed() {
        Map<Backend, Double> owed = new HashMap<>();
        for (Picker tier : tiers) {
            double[] each = tier.owed();
            for (int i = 0; i < each.length; i++) {
                owed.put(tier.candidate(i), each[i]);
            }
        }
        return owed;
    }

    double shareOf(Backend backend) {
        return shares.getOrDefault(backend, 0.0);
    }
}
