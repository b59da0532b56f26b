package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.fixture.Logged;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is changed of a pool or its backends counts for the next pick, and for all that is told. */
@Tag("fast")
class ChangesApplyToTheNextPickTest {
    private static final Duration SLOW_START = Duration.ofSeconds(10);

    private final Backends of = new Backends();
    private final Pool pool =
            new Pool(
                    "default",
                    settings(Algorithm.WEIGHTED_ROUND_ROBIN, 3, Backends.HEALTH),
                    42,
                    () -> 0,
                    Builds.INLINE,
                    new FormerBackends());

    private static PoolSettings settings(Algorithm algorithm, int limit, HealthOptions health) {
        return new PoolSettings(
                algorithm,
                2,
                Duration.ofSeconds(1),
                limit,
                false,
                health,
                null,
                Duration.ZERO,
                false);
    }

    @AfterEach
    void close() {
        pool.close();
        of.close();
    }

    private void fail(String name) {
        while (pool.find(name).isHealthy()) {
            pool.connectFailed(pool.find(name), "a test");
        }
    }

    @Test
    @DisplayName("another algorithm")
    void algorithm() {
        pool.replace("", List.of(of.of(3, 1)));
        assertThat(Backends.picks(pool, 40)).containsEntry(pool.find("b0"), 30);
        pool.change(settings(Algorithm.ROUND_ROBIN, 0, Backends.HEALTH), 1);
        assertThat(Backends.picks(pool, 40)).containsEntry(pool.find("b0"), 20);
    }

    @Test
    @DisplayName("another address of the same name")
    void address() {
        InetSocketAddress elsewhere = CheckedPool.address(2);
        pool.replace("", List.of(of.of("a", 1, 0)));
        pool.replace("", List.of(new Backend("a", "", elsewhere, 1, false, 0)));
        assertThat(pool.find("a").socketAddress()).isEqualTo(elsewhere);
        assertThat(Backends.pick(pool, 1).address().port()).isEqualTo(2);
    }

    @Test
    @DisplayName("a backend has its own limit, or else that of its pool")
    void limits() throws Exception {
        try (BackendGroups groups = new BackendGroups(pool, address -> null, Builds.INLINE)) {
            groups.add(BackendOptions.of("127.0.0.1", 1));
            groups.add(BackendOptions.of("127.0.0.1", 2).maxConnections(5));
            assertThat(pool.backends()).extracting(Backend::maxConnections).containsExactly(3, 5);
        }
    }

    @Test
    @DisplayName("where all fail, a drained one has no share")
    void sharesOfThoseThatFail() {
        pool.replace("", List.of(of.of(1, 1, 1)));
        pool.change(pool.find("b2"), BackendState.DRAIN);
        List.of("b0", "b1", "b2").forEach(this::fail);
        assertThat(pool.backends()).extracting(pool::shareOf).containsExactly(0.5, 0.5, 0.0);
    }

    @Test
    @DisplayName("one that is removed is not up")
    void removedOnes() {
        pool.replace("", List.of(of.of(1, 1)));
        fail("b0");
        assertThat(pool.isAnyUp()).isTrue();
        pool.remove(backend -> backend.name().equals("b1"));
        assertThat(pool.isAnyUp()).isFalse();
    }

    @Test
    @DisplayName("the first that is added has nobody to leave connections to: it starts at once")
    void firstOnes() {
        HealthOptions slow =
                new HealthOptions(Duration.ZERO, Duration.ofSeconds(1), 3, 2, SLOW_START);
        pool.change(settings(Algorithm.WEIGHTED_ROUND_ROBIN, 0, slow), 1);
        pool.serve();
        assertThat(pool.add(of.of("a", 1, 0)).health().isInSlowStart()).isFalse();
        assertThat(pool.add(of.of("b", 1, 0)).health().isInSlowStart()).isTrue();
    }

    @Test
    @DisplayName("a success of a healthy backend is no news")
    void successesAreNoNews() {
        Backend backend = pool.add(of.of("a", 1, 0));
        try (Logged logged = Logged.by("dev.eventloop.lb.pool")) {
            pool.succeeded(backend);
            pool.connected(backend);
            assertThat(logged.messages()).isEmpty();
        }
    }
}
