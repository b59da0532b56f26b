package dev.eventloop.lb;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an operator has changed while a load balancer ran, for the one that comes after it: {@link
 * LoadBalancer#operatorState} and {@link LoadBalancerBuilder#restore}.
 *
 * @param pools those with changes
 */
public record OperatorState(List<PoolState> pools) {
    /** Nothing was changed. */
    public static final OperatorState NONE = new OperatorState(List.of());

    public OperatorState {
        pools = List.copyOf(pools);
    }

    /**
     * The changes of one pool.
     *
     * @param name of the pool
     * @param configured what the configuration said of the backends below
     * @param wanted what the operator wants in its place, by name; null for a removed backend
     * @param weights of backends of a source, as far as the operator has changed them
     * @param states of backends that are not up
     */
    public record PoolState(
            String name,
            Map<String, BackendOptions> configured,
            Map<String, BackendOptions> wanted,
            Map<String, Integer> weights,
            Map<String, BackendState> states) {
        public PoolState {
            configured = Map.copyOf(configured);
            wanted = Collections.unmodifiableMap(new LinkedHashMap<>(wanted));
            weights = Map.copyOf(weights);
            states = Map.copyOf(states);
        }

        boolean isEmpty() {
            return wanted.isEmpty() && weights.isEmpty() && states.isEmpty();
        }
    }
}
