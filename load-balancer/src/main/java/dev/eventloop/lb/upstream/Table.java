package dev.eventloop.lb.upstream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The backends as they are at one moment. Immutable: when something changes, another takes its
 * place.
 */
final class Table {
    static final Table EMPTY = new Table(List.of(), List.of(), Map.of());

    private final List<Backend> backends;
    private final Picker[] tiers;
    private final Map<Backend, Double> shares;

    /**
     * @param backends all of them
     * @param tiers the next one is for those who find nobody in the one before
     * @param shares in the new connections, from 0 to 1, of those who have any
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
