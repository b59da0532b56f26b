package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rotation goes on from one table to the next, and is what breaks ties. */
@Tag("fast")
class PicksWhileATableIsBuiltCountTest {
    private final Backends of = new Backends();

    @Test
    @DisplayName("picks of the old table while the next one is built are not made twice")
    void picksMeanwhile() {
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        Picker.Kind kind =
                (candidates, weights, owed) -> {
                    meanwhile.getAndSet(() -> {}).run();
                    return new RoundRobin(candidates, weights, owed);
                };
        try (of;
                Pool pool = new Pool(kind, Backends.HEALTH, () -> 0)) {
            pool.replace("", List.of(of.of(1, 1, 1)));
            StringBuilder order = new StringBuilder(Backends.order(pool, 1));
            meanwhile.set(() -> order.append(Backends.order(pool, 1)));
            pool.stepSlowStart();
            order.append(Backends.order(pool, 4));
            assertThat(order).hasToString("b0b1b2b0b1b2");
        }
    }

    @Test
    @DisplayName("least connections: idle backends take turns, whatever tables are built")
    void idleOnesTakeTurns() {
        try (of;
                Pool pool = leastConnections()) {
            pool.replace("", List.of(of.of(1, 1, 1)));
            StringBuilder order = new StringBuilder();
            for (int i = 0; i < 9; i++) {
                order.append(Backends.order(pool, 1));
                pool.stepSlowStart();
            }
            assertThat(order).hasToString("b0b1b2".repeat(3));
        }
    }

    @Test
    @DisplayName("least connections: idle backends take turns by weight")
    void turnsAreByWeight() {
        try (of;
                Pool pool = leastConnections()) {
            pool.replace("", List.of(of.of(5, 1, 1)));
            assertThat(Backends.order(pool, 14)).isEqualTo("b0b0b1b0b2b0b0".repeat(2));
        }
    }

    private static Pool leastConnections() {
        return Backends.pool(Algorithm.LEAST_CONNECTIONS, Backends.HEALTH, () -> 0, Builds.INLINE);
    }
}
