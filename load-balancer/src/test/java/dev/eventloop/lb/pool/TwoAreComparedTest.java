package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RANDOM_TWO draws two different backends, by weight, and takes the less busy one. */
@Tag("fast")
class TwoAreComparedTest {
    private static Pool pool() {
        return Backends.pool(Algorithm.RANDOM_TWO, Backends.HEALTH, () -> 0, Builds.INLINE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @DisplayName("so the busiest of all is never taken, whatever its weight")
    void theBusiestIsNotTaken(int busiest) {
        try (Backends of = new Backends();
                Pool pool = pool()) {
            Backend[] backends = of.of(3, 2, 4);
            pool.replace("", List.of(backends));
            for (int i = 0; i < 1_000; i++) {
                assertThat(backends[busiest].acquire()).isTrue();
            }
            assertThat(Backends.picks(pool, 1_000)).doesNotContainKey(backends[busiest]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    @DisplayName("connections that stay open are spread by weight")
    void spreadByWeight(int weight) {
        try (Backends of = new Backends();
                Pool pool = pool()) {
            Backend[] backends = of.of(weight, 1, 1);
            pool.replace("", List.of(backends));
            for (int i = 0; i < 100 * (weight + 2); i++) {
                Backends.pick(pool, i);
            }
            assertThat(backends[0].active()).isBetween(95 * weight, 105 * weight);
            assertThat(backends[1].active()).isBetween(90, 110);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @DisplayName("the only one that can be used is taken")
    void theOnlyOneIsTaken(int usable) {
        try (Backends of = new Backends();
                Pool pool = pool()) {
            Backend[] backends = {of.of("a", 1, 1), of.of("b", 1, 1), of.of("c", 1, 1)};
            pool.replace("", List.of(backends));
            for (int i = 0; i < 3; i++) {
                assertThat(i == usable || backends[i].acquire()).isTrue();
            }
            assertThat(Backends.picks(pool, 50)).isEqualTo(Map.of(backends[usable], 50));
        }
    }
}
