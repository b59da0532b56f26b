package dev.eventloop.lb.simulation;

import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The first seeds of {@link LoadBalancerSimulationTest}, a few in each test and on one thread, for
 * {@code ./dev mutate}: a mutant that the first ones notice needs no others.
 */
@Tag("simulation")
@EnabledIfSystemProperty(named = "simulation.batches", matches = "[0-9]+")
class SeedsInBatchesTest {
    private static final int BATCH = 20;

    static LongStream firstSeeds() {
        return LongStream.range(0, Long.getLong("simulation.batches")).map(i -> 1 + i * BATCH);
    }

    @ParameterizedTest
    @MethodSource("firstSeeds")
    @DisplayName("every seed keeps every promise")
    @SuppressWarnings("try") // used only for its close
    void everySeedKeepsEveryPromise(long first) throws Exception {
        try (LoggedErrors logged = new LoggedErrors(false)) {
            for (long seed = first; seed < first + BATCH; seed++) {
                new Simulation(seed, null).run();
            }
        }
    }
}
