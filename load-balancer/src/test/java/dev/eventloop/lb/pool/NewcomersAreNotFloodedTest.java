package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A backend that comes to others that are busy gets its share in steps, and under least connections
 * never more than twice its share.
 */
@Tag("fast")
class NewcomersAreNotFloodedTest {
    private static final Duration SLOW_START = Duration.ofSeconds(10);
    private static final int OPEN = 60;

    private final AtomicLong clock = new AtomicLong();

    @ParameterizedTest
    @EnumSource
    @DisplayName("an added backend starts slowly")
    void addedBackendStartsSlowly(Algorithm algorithm) {
        try (Backends of = new Backends();
                Pool pool = busy(of, algorithm, SLOW_START)) {
            pool.add(of.of("new", 1, 0));
            assertThat(newcomersOf(pool, 40)).isLessThanOrEqualTo(10);
            clock.addAndGet(SLOW_START.toNanos());
            pool.stepSlowStart();
            assertThat(pool.shareOf(pool.find("new"))).isEqualTo(1.0 / 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("so does one that its source, or the file, adds")
    void foundBackendStartsSlowly(Algorithm algorithm) {
        try (Backends of = new Backends();
                Pool pool = busy(of, algorithm, SLOW_START)) {
            pool.replace("dns:name", List.of(of.of("new", 1, 0)));
            assertThat(newcomersOf(pool, 40)).isLessThanOrEqualTo(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("so does one that was down for maintenance")
    void maintainedBackendStartsSlowly(Algorithm algorithm) {
        try (Backends of = new Backends();
                Pool pool = busy(of, algorithm, SLOW_START)) {
            Backend kept = pool.find("b0");
            pool.change(kept, BackendState.DOWN);
            assertThat(newcomersOf(pool, 100)).isZero();
            while (kept.active() > 0) {
                kept.release();
            }
            pool.change(kept, BackendState.UP);
            int before = pool.find("b1").active();
            for (int i = 0; i < 40; i++) {
                Backends.pick(pool, i);
            }
            assertThat(pool.find("b1").active() - before).isGreaterThanOrEqualTo(30);
        }
    }

    @Test
    @DisplayName("without a slow start it gets two for one of each other, until it has as many")
    void newcomerCatchesUp() {
        try (Backends of = new Backends();
                Pool pool = busy(of, Algorithm.LEAST_CONNECTIONS, Duration.ZERO)) {
            Backend added = pool.add(of.of("new", 1, 0));
            assertThat(newcomersOf(pool, 40)).isBetween(15, 21);
            assertThat(pool.isInSlowStart()).isTrue();
            for (int i = 0; i < 1_000; i++) {
                if (i % 10 == 0) {
                    pool.stepSlowStart();
                }
                Backends.pick(pool, i);
            }
            int most = pool.backends().stream().mapToInt(Backend::active).max().orElseThrow();
            assertThat(added.active()).isBetween(most - 2, most);
            assertThat(pool.isInSlowStart()).isFalse();
        }
    }

    @Test
    @DisplayName("it catches up with the others as they lose their connections")
    void othersMayBecomeIdle() {
        try (Backends of = new Backends();
                Pool pool = busy(of, Algorithm.LEAST_CONNECTIONS, Duration.ZERO)) {
            Backend added = pool.add(of.of("new", 1, 0));
            for (String name : List.of("b0", "b1")) {
                while (pool.find(name).active() > 0) {
                    pool.find(name).release();
                }
            }
            pool.stepSlowStart();
            assertThat(pool.isInSlowStart()).isFalse();
            newcomersOf(pool, 30);
            assertThat(added.active()).isEqualTo(10);
        }
    }

    @Test
    @DisplayName(
            "backends that come together, or before there is traffic, have their share at once")
    void firstOnesDoNotStartSlowly() {
        try (Backends of = new Backends();
                Pool pool = pool(Algorithm.WEIGHTED_ROUND_ROBIN, SLOW_START)) {
            pool.replace("", List.of(of.of(1, 1)));
            pool.replace("dns:name", List.of(of.of("found", 2, 0)));
            assertThat(pool.shareOf(pool.find("found"))).isEqualTo(0.5);
        }
    }

    /** How many of so many connections, which stay open, the newcomer gets. */
    private static int newcomersOf(Pool pool, int count) {
        int got = 0;
        for (int i = 0; i < count; i++) {
            got += Backends.pick(pool, i).name().equals("new") ? 1 : 0;
        }
        return got;
    }

    /** Two backends with 60 connections each. */
    private Pool busy(Backends of, Algorithm algorithm, Duration slowStart) {
        Pool pool = pool(algorithm, slowStart);
        pool.replace("", List.of(of.of(1, 1)));
        pool.serve();
        for (Backend backend : pool.backends()) {
            for (int i = 0; i < OPEN; i++) {
                assertThat(backend.acquire()).isTrue();
            }
        }
        return pool;
    }

    private Pool pool(Algorithm algorithm, Duration slowStart) {
        HealthOptions health =
                new HealthOptions(Duration.ZERO, Duration.ofSeconds(1), 3, 2, slowStart);
        return Backends.pool(algorithm, health, clock::get, Builds.INLINE);
    }
}
