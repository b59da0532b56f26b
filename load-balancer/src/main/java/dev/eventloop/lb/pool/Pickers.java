package dev.eventloop.lb.pool;

import dev.eventloop.lb.Algorithm;

/** From the name of an algorithm to what picks by it. */
public final class Pickers {
    private Pickers() {}

    /**
     * Pickers of this algorithm.
     *
     * @param seed for random choices
     */
    public static Picker.Kind of(Algorithm algorithm, long seed) {
        return switch (algorithm) {
            case WEIGHTED_ROUND_ROBIN -> RoundRobin::new;
            case ROUND_ROBIN -> RoundRobin::unweighted;
            case LEAST_CONNECTIONS -> LeastConnections::new;
            case RANDOM_TWO ->
                    (candidates, weights, owed) -> new RandomTwo(candidates, weights, seed);
            case SOURCE_HASH -> (candidates, weights, owed) -> new SourceHash(candidates, weights);
        };
    }
}
