package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendState;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A backend that was removed and comes back under its name is the same one: its open connections
 * count, and what the operator has set stays while there are any, or if only its source lost it.
 */
@Tag("fast")
class BackendsComeBackAsTheyWereTest {
    private static final String DNS = "dns:name";

    private final Backends of = new Backends();
    private final FormerBackends former = new FormerBackends();

    @Test
    @DisplayName("it has its limit of connections once, not twice")
    void limitIsKept() {
        try (of;
                Pool pool = pool()) {
            pool.replace("", List.of(of.of("a", 1, 2), of.of("b", 1, 1)));
            IntStream.range(0, 3).forEach(i -> assertThat(Backends.pick(pool, i)).isNotNull());
            pool.remove(backend -> backend.name().equals("a"));
            Backend back = pool.add(of.of("a", 1, 2));
            assertThat(back.active()).isEqualTo(2);
            assertThat(Backends.pick(pool, 1)).isNull();
            back.release();
            assertThat(Backends.pick(pool, 1)).isSameAs(back);
        }
    }

    @Test
    @DisplayName("it stays drained while a connection of it is open, and its counters go on")
    void stateIsKeptWithConnections() {
        try (of;
                Pool pool = pool()) {
            pool.replace("", List.of(of.of("a", 1, 0), of.of("b", 1, 0)));
            Backend a = pool.find("a");
            assertThat(a.acquire()).isTrue();
            pool.connected(a);
            pool.change(a, BackendState.DRAIN);
            pool.remove(backend -> backend == a);
            Backend back = pool.add(of.of("a", 5, 0));
            assertThat(back.state()).isEqualTo(BackendState.DRAIN);
            assertThat(back.weight()).isEqualTo(5);
            assertThat(Backends.order(pool, 4)).isEqualTo("bbbb");

            pool.remove(backend -> backend == back);
            back.release();
            assertThat(back.isFreed()).isTrue();
            Backend again = pool.add(of.of("a", 1, 0));
            assertThat(again.state()).isEqualTo(BackendState.UP);
            assertThat(again.connections()).isEqualTo(1);
            assertThat(again.address().port()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName(
            "one that DNS loses for a moment keeps state, weight and health without connections")
    void flickerForgetsNothing() {
        try (of;
                Pool pool = pool()) {
            pool.replace("", List.of(of.of("given", 1, 0)));
            pool.replace(DNS, found());
            pool.change(pool.find("d0"), BackendState.DRAIN);
            pool.changeWeight(pool.find("d1"), 7);
            for (int i = 0; i < Backends.HEALTH.fall(); i++) {
                pool.checkFailed(pool.find("d2"), "for a test");
            }
            pool.replace(DNS, List.of());
            assertThat(pool.backends()).hasSize(1);
            pool.replace(DNS, found());
            assertThat(pool.find("d0").state()).isEqualTo(BackendState.DRAIN);
            assertThat(pool.find("d1").weight()).isEqualTo(7);
            assertThat(pool.find("d2").isHealthy()).isFalse();
            assertThat(pool.shareOf(pool.find("d2"))).isZero();
        }
    }

    @Test
    @DisplayName(
            "a weight that the operator has set outlasts the answers of a source, not a reload")
    void operatorsWeightStays() {
        try (of;
                Pool pool = pool()) {
            pool.replace("", List.of(of.of("given", 1, 0)));
            pool.replace(DNS, found());
            pool.changeWeight(pool.find("d1"), 7);
            pool.changeWeight(pool.find("given"), 7);
            pool.replace(DNS, found());
            pool.replace("", List.of(of.of("given", 2, 0)));
            assertThat(pool.find("d1").weight()).isEqualTo(7);
            assertThat(pool.find("given").weight()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("a pool that is removed and comes back counts the connections that are still open")
    void poolsComeBack() {
        try (of) {
            Pool before = pool();
            before.replace("", List.of(of.of("a", 1, 1)));
            Backend a = Backends.pick(before, 1);
            before.close();
            try (Pool pool = pool()) {
                pool.replace("", List.of(of.of("a", 1, 1)));
                assertThat(pool.find("a")).isSameAs(a);
                assertThat(Backends.pick(pool, 1)).isNull();
                a.release();
                assertThat(Backends.pick(pool, 1)).isSameAs(a);
            }
        }
    }

    @Test
    @DisplayName("the memory of those that never come back is bounded")
    void memoryIsBounded() {
        try (of;
                Pool pool = pool()) {
            pool.replace("", List.of(of.of("given", 1, 0)));
            for (int i = 0; i < 3; i++) {
                int round = i;
                pool.replace(
                        DNS,
                        IntStream.range(0, 10_000)
                                .mapToObj(n -> of.of(DNS, "round" + round + "-" + n))
                                .toList());
            }
            pool.replace(DNS, List.of());
            assertThat(former.size()).isEqualTo(10_000);
        }
    }

    private List<Backend> found() {
        return IntStream.range(0, 3).mapToObj(i -> of.of(DNS, "d" + i)).toList();
    }

    private Pool pool() {
        Pool pool =
                Backends.pool(
                        Algorithm.WEIGHTED_ROUND_ROBIN,
                        Backends.HEALTH,
                        () -> 0,
                        Builds.INLINE,
                        former);
        pool.serve();
        return pool;
    }
}
