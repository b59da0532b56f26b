package dev.eventloop.lb.pool;

import java.util.Arrays;

/**
 * Picks by the client's address, without its port, from a {@link MaglevTable}. If that backend
 * cannot be used, the next hash of the same address gives a second choice, which is as stable, and
 * so on.
 */
public final class SourceHash extends Picker {
    private static final int CHOICES = 32;

    private final MaglevTable table;

    public SourceHash(Backend[] candidates, int[] weights) {
        super(candidates);
        String[] names = Arrays.stream(candidates).map(Backend::name).toArray(String[]::new);
        this.table = new MaglevTable(names, weights);
    }

    @Override
    Backend pick(Attempts tried, Fitness fitness, long sourceHigh, long sourceLow) {
        long hash = Hash.ofAddress(sourceHigh, sourceLow);
        for (int choice = 0; choice < CHOICES; choice++) {
            Backend backend = candidate(table.at(hash));
            if (use(backend, tried, fitness)) {
                return backend;
            }
            hash = Hash.mix(hash + Hash.GOLDEN_GAMMA);
        }
        return useFrom(table.at(hash), tried, fitness);
    }
}
