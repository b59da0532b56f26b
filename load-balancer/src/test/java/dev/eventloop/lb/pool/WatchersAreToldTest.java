package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.fixture.Logged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever watches a pool, or reads its log, learns of each change, and once. */
@Tag("fast")
class WatchersAreToldTest {
    private static final String GROUP = "web.example";

    private final Backends backends = new Backends();
    private final List<String> told = new ArrayList<>();
    private final Pool pool = pool("default");

    private static Pool pool(String name) {
        PoolSettings settings =
                new PoolSettings(
                        Algorithm.WEIGHTED_ROUND_ROBIN,
                        2,
                        Duration.ofSeconds(1),
                        0,
                        false,
                        Backends.HEALTH,
                        null,
                        Duration.ZERO,
                        false);
        return new Pool(name, settings, 42, () -> 0, Builds.INLINE, new FormerBackends());
    }

    @BeforeEach
    void watch() {
        pool.watch(
                new PoolWatcher() {
                    @Override
                    public void changed(Collection<Backend> changed) {
                        told.add("changed " + changed);
                    }

                    @Override
                    public void settingsChanged() {
                        told.add("settings");
                    }

                    @Override
                    public void wentDown(Backend backend) {
                        told.add("down " + backend);
                    }
                });
    }

    @AfterEach
    void close() {
        pool.close();
        backends.close();
    }

    private List<String> told() {
        List<String> all = List.copyOf(told);
        told.clear();
        return all;
    }

    @Test
    @DisplayName("of settings, at the beginning and when they change")
    void ofSettings() {
        assertThat(told()).containsExactly("settings");
        pool.change(RoundRobin::new, Backends.HEALTH);
        assertThat(told()).containsExactly("settings");
        pool.change(pool.settings(), 1);
        assertThat(told()).containsExactly("settings");
    }

    @Test
    @DisplayName("of backends that come and go")
    void ofBackends() {
        told();
        Backend first = pool.add(backends.of("a", 1, 0));
        assertThat(told()).containsExactly("changed [a]");
        pool.replace(GROUP, List.of(backends.of(GROUP, "b"), backends.of(GROUP, "c")));
        assertThat(told()).containsExactly("changed [b, c]", "changed []");
        pool.replace(GROUP, List.of(backends.of(GROUP, "c"), backends.of(GROUP, "d")));
        assertThat(told()).containsExactly("changed [d]", "changed [b]");
        pool.remove(first::equals);
        assertThat(told()).containsExactly("changed [a]");
        pool.remove(first::equals);
        assertThat(told()).isEmpty();
    }

    @Test
    @DisplayName("of a state that the operator sets, and once that a backend is down")
    void ofStates() {
        Backend backend = pool.add(backends.of("a", 1, 0));
        pool.add(backends.of("b", 1, 0));
        told();
        pool.change(backend, BackendState.DRAIN);
        assertThat(told()).containsExactly("changed [a]");
        pool.change(backend, BackendState.DOWN);
        assertThat(told()).containsExactly("down a", "changed [a]");
        pool.change(backend, BackendState.DOWN);
        assertThat(told()).containsExactly("changed [a]");
        pool.change(backend, BackendState.UP);
        assertThat(told()).containsExactly("changed [a]");
    }

    @Test
    @DisplayName("of an outage, after as many failures as there must be, and of its end")
    void ofOutages() {
        Backend backend = pool.add(backends.of("a", 1, 0));
        told();
        pool.connectFailed(backend, "no");
        pool.connectFailed(backend, "no");
        assertThat(told()).isEmpty();
        pool.connectFailed(backend, "no");
        assertThat(told()).containsExactly("changed [a]", "down a");
        pool.connected(backend);
        assertThat(told()).isEmpty();
        pool.connected(backend);
        assertThat(told()).containsExactly("changed [a]");
        assertThat(backend.connectFailures()).isEqualTo(3);
        assertThat(backend.connections()).isEqualTo(2);
    }

    @Test
    @DisplayName("the log names the pool of a backend, unless it is the only pool")
    void inTheLog() {
        try (Logged logged = Logged.by("dev.eventloop.lb.pool");
                Pool other = pool("web")) {
            Backend a = pool.add(backends.of("a", 1, 0));
            Backend b = other.add(backends.of("b", 1, 0));
            pool.connectFailed(a, "no");
            pool.connectFailed(a, "no");
            pool.connected(a);
            other.change(b, BackendState.DOWN);
            pool.change(a, BackendState.DRAIN);
            assertThat(logged.messages())
                    .containsExactly(
                            "cannot connect to backend a: no; trying another",
                            "backend a accepts connections again",
                            "backend b of pool web is set to down; none of 1 is up; trying them"
                                    + " anyway",
                            "backend a is set to drain; none of 1 is up; trying them anyway");
            pool.add(backends.of("c", 1, 0));
            pool.add(backends.of("d", 1, 0));
            pool.change(a, BackendState.DOWN);
            pool.change(pool.find("d"), BackendState.DOWN);
            assertThat(logged.messages())
                    .endsWith(
                            "backend a is set to down; 2 of 3 are up",
                            "backend d is set to down; 1 of 3 is up");
        }
    }

    @Test
    @DisplayName("a weight applies to the next pick")
    void weights() {
        Backend first = pool.add(backends.of("a", 1, 0));
        Backend second = pool.add(backends.of("b", 1, 0));
        pool.changeWeight(first, 3);
        assertThat(Backends.picks(pool, 40)).containsEntry(first, 30).containsEntry(second, 10);
        assertThat(pool.shareOf(first)).isEqualTo(0.75);
    }

    @Test
    @DisplayName("the first backends of a pool that serves do not start slowly; later ones do")
    void theFirstAreNotSlow() {
        HealthOptions slow =
                new HealthOptions(
                        Duration.ZERO, Duration.ofSeconds(1), 3, 2, Duration.ofSeconds(10));
        pool.change(RoundRobin::new, slow);
        pool.serve();
        Backend b = backends.of(GROUP, "b");
        pool.replace(GROUP, List.of(b));
        assertThat(b.health().isInSlowStart()).isFalse();
        Backend c = backends.of(GROUP, "c");
        pool.replace(GROUP, List.of(b, c));
        assertThat(c.health().isInSlowStart()).isTrue();
        assertThat(pool.add(backends.of("d", 1, 0)).health().isInSlowStart()).isTrue();
    }
}
