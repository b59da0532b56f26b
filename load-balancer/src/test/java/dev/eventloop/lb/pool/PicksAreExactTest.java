package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.eventloop.fixture.Crowd;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On any number of threads, shares match the weights. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class PicksAreExactTest {
    private static final int THREADS = 4;

    enum Kind {
        ROUND_ROBIN,
        LEAST_CONNECTIONS,
        RANDOM_TWO,
        SOURCE_HASH;

        Picker.Kind pickers() {
            return switch (this) {
                case ROUND_ROBIN -> RoundRobin::new;
                case LEAST_CONNECTIONS -> LeastConnections::new;
                case RANDOM_TWO ->
                        (backends, weights, owed) -> new RandomTwo(backends, weights, 42);
                case SOURCE_HASH -> (backends, weights, owed) -> new SourceHash(backends, weights);
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,1", "1,2", "3,2", "5,1,1", "256,1", "7,11,13,17"})
    @DisplayName("round robin: exact over several threads that acquire and release")
    void roundRobinIsExact(String text) throws Exception {
        int[] weights = Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
        int total = Arrays.stream(weights).sum();
        try (Backends of = new Backends();
                Pool pool = pool(Kind.ROUND_ROBIN, of.of(weights))) {
            List<Map<Backend, Integer>> each =
                    Crowd.run(THREADS, i -> Backends.picks(pool, 100 * total));
            for (int i = 0; i < weights.length; i++) {
                Backend backend = pool.find("b" + i);
                int picks = each.stream().mapToInt(p -> p.getOrDefault(backend, 0)).sum();
                assertThat(picks).isEqualTo(THREADS * 100 * weights[i]);
                assertThat(backend.active()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,1", "1,2", "5,1,1", "1,2,3,4"})
    @DisplayName("least connections: open connections of several threads are exactly by weight")
    void leastConnectionsIsExact(String text) throws Exception {
        int[] weights = Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
        int total = Arrays.stream(weights).sum();
        try (Backends of = new Backends();
                Pool pool = pool(Kind.LEAST_CONNECTIONS, of.of(weights))) {
            List<Integer> done =
                    Crowd.run(
                            THREADS,
                            thread -> {
                                for (int i = 0; i < 100 * total; i++) {
                                    Backends.pick(pool, i);
                                }
                                return thread;
                            });
            assertThat(done).hasSize(THREADS);
            for (int i = 0; i < weights.length; i++) {
                assertThat(pool.find("b" + i).active()).isEqualTo(THREADS * 100 * weights[i]);
            }
        }
    }

    @Test
    @DisplayName("least connections: counts stay right under load, and end at zero")
    void leastConnectionsCountsRight() throws Exception {
        try (Backends of = new Backends();
                Pool pool = pool(Kind.LEAST_CONNECTIONS, of.of(1, 1, 1))) {
            List<Integer> most =
                    Crowd.run(
                            THREADS,
                            thread -> {
                                int seen = 0;
                                for (int i = 0; i < 20_000; i++) {
                                    Backend backend = Backends.pick(pool, i);
                                    seen = Math.max(seen, backend.active());
                                    backend.release();
                                }
                                return seen;
                            });
            // Four connections over three backends, each pick with the least: never three on one.
            assertThat(most).allSatisfy(seen -> assertThat(seen).isBetween(1, 2));
            assertThat(pool.backends()).allMatch(backend -> backend.active() == 0);
        }
    }

    @Test
    @DisplayName("random two: short connections are shared by weight, within 2 %")
    void randomTwoIsFairByWeight() {
        try (Backends of = new Backends();
                Pool pool = pool(Kind.RANDOM_TWO, of.of(1, 2, 3, 4))) {
            Map<Backend, Integer> picks = Backends.picks(pool, 100_000);
            for (int i = 0; i < 4; i++) {
                assertThat(picks.get(pool.find("b" + i)) / 100_000.0)
                        .isCloseTo((i + 1) / 10.0, within(0.02 * (i + 1) / 10.0));
            }
        }
    }

    @Test
    @DisplayName("random two: open connections differ by a few; one random choice would give 300")
    void randomTwoIsEven() throws Exception {
        try (Backends of = new Backends();
                Pool pool =
                        pool(
                                Kind.RANDOM_TWO,
                                of.of(IntStream.generate(() -> 1).limit(100).toArray()))) {
            List<Integer> done =
                    Crowd.run(
                            THREADS,
                            thread -> {
                                for (int i = 0; i < 25_000; i++) {
                                    Backends.pick(pool, i);
                                }
                                return thread;
                            });
            assertThat(done).hasSize(THREADS);
            assertThat(pool.backends())
                    .allSatisfy(backend -> assertThat(backend.active()).isBetween(985, 1_010));
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a connection limit is exact, however many threads compete")
    void limitsAreExact(Kind kind) throws Exception {
        try (Backends of = new Backends();
                Pool pool = pool(kind, of.of("b0", 5, 100), of.of("b1", 1, 150))) {
            List<Integer> got =
                    Crowd.run(
                            THREADS,
                            thread -> {
                                int count = 0;
                                for (int i = 0; i < 1_000; i++) {
                                    count += Backends.pick(pool, i) == null ? 0 : 1;
                                }
                                return count;
                            });
            assertThat(got.stream().mapToInt(Integer::intValue).sum()).isEqualTo(250);
            assertThat(pool.find("b0").active()).isEqualTo(100);
            assertThat(pool.find("b1").active()).isEqualTo(150);
            pool.find("b0").release();
            assertThat(Backends.pick(pool, 1)).isSameAs(pool.find("b0"));
            assertThat(Backends.pick(pool, 1)).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a connection limit is never exceeded while connections come and go")
    void limitsHold(Kind kind) throws Exception {
        try (Backends of = new Backends();
                Pool pool = pool(kind, of.of("b0", 3, 2), of.of("b1", 1, 1))) {
            List<Integer> most =
                    Crowd.run(
                            THREADS,
                            thread -> {
                                int over = 0;
                                for (int i = 0; i < 10_000; i++) {
                                    Backend backend = Backends.pick(pool, i);
                                    if (backend != null) {
                                        over += backend.active() > backend.maxConnections() ? 1 : 0;
                                        backend.release();
                                    }
                                }
                                return over;
                            });
            assertThat(most).containsOnly(0);
            assertThat(pool.backends()).allMatch(backend -> backend.active() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a tried backend is not picked again; null once all were tried")
    void noBackendIsTriedTwice(Kind kind) {
        try (Backends of = new Backends();
                Pool pool = pool(kind, of.of(256, 1, 1, 7))) {
            for (int source = 0; source < 100; source++) {
                Attempts attempts = Backends.none();
                for (int i = 0; i < 4; i++) {
                    Backend backend = pool.pick(attempts, 0, source);
                    assertThat(attempts.contains(backend)).isFalse();
                    attempts.add(backend);
                    backend.release();
                }
                assertThat(pool.pick(attempts, 0, source)).isNull();
            }
        }
    }

    @Test
    @DisplayName("the largest number of retries does not overflow")
    void retriesAreCounted() {
        Attempts attempts = new Attempts();
        attempts.begin(Integer.MAX_VALUE);
        assertThat(attempts.remain()).isTrue();
        attempts.begin(0);
        assertThat(attempts.remain()).isTrue();
        try (Backends of = new Backends()) {
            attempts.add(of.of("b", 1, 0));
            assertThat(attempts.remain()).isFalse();
        }
    }

    private static Pool pool(Kind kind, Backend... backends) {
        Pool pool = new Pool(kind.pickers(), Backends.HEALTH, () -> 0);
        pool.replace("", List.of(backends));
        return pool;
    }
}
