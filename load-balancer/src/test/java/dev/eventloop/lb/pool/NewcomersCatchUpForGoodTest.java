package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A backend that comes to busy ones gets more than they until it has as many connections, whatever
 * tables are built meanwhile, and is one of them after that.
 */
@Tag("fast")
class NewcomersCatchUpForGoodTest {
    private static final int OPEN = 60;

    private final Backends of = new Backends();

    /** Two backends with 60 connections each. */
    private Pool busy(Algorithm algorithm) {
        Pool pool = Backends.pool(algorithm, Backends.HEALTH, () -> 0, Builds.INLINE);
        pool.replace("", List.of(of.of(1, 1)));
        pool.serve();
        pool.backends().forEach(backend -> acquire(backend, OPEN));
        return pool;
    }

    private static void acquire(Backend backend, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(backend.acquire()).isTrue();
        }
    }

    /** Ends all connections of the first two but so many of each. */
    private static void leave(Pool pool, int count) {
        for (String name : List.of("b0", "b1")) {
            while (pool.find(name).active() > count) {
                pool.find(name).release();
            }
        }
    }

    private static void pick(Pool pool, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(Backends.pick(pool, i)).isNotNull();
        }
    }

    @Test
    @DisplayName("another table changes nothing: two for one of each other")
    void otherTables() {
        try (of;
                Pool pool = busy(Algorithm.LEAST_CONNECTIONS)) {
            Backend added = pool.add(of.of("new", 1, 0));
            for (int active = 20; active <= 60; active += 20) {
                pool.stepSlowStart();
                pick(pool, 40);
                assertThat(added.active()).isBetween(active - 3, active + 3);
            }
        }
    }

    @Test
    @DisplayName("it has caught up once the others have fewer than it")
    void othersLoseTheirs() {
        try (of;
                Pool pool = busy(Algorithm.LEAST_CONNECTIONS)) {
            Backend added = pool.add(of.of("new", 1, 0));
            pick(pool, 80);
            assertThat(added.active()).isBetween(35, 45);
            leave(pool, 20);
            pool.stepSlowStart();
            assertThat(pool.isInSlowStart()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_CONNECTIONS", "RANDOM_TWO"})
    @DisplayName("connections that end at once count, too")
    void shortConnections(Algorithm algorithm) {
        try (of;
                Pool pool = busy(algorithm)) {
            Backend added = pool.add(of.of("new", 1, 0));
            assertThat(pool.isInSlowStart()).isTrue();
            for (int i = 0; i < 100; i++) {
                Backends.picks(pool, 10);
                pool.stepSlowStart();
            }
            assertThat(added.active()).isZero();
            assertThat(pool.isInSlowStart()).isFalse();
        }
    }

    @Test
    @DisplayName("its connections count for the next one that comes")
    void nextNewcomers() {
        try (of;
                Pool pool = busy(Algorithm.LEAST_CONNECTIONS)) {
            Backend added = pool.add(of.of("new", 1, 0));
            leave(pool, 0);
            pool.stepSlowStart();
            assertThat(pool.isInSlowStart()).isFalse();
            acquire(added, OPEN);
            pool.add(of.of("next", 1, 0));
            assertThat(pool.isInSlowStart()).isTrue();
        }
    }
}
