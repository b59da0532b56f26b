package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The answers of a pool's sources are applied together, at most once a second. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class SourcesChangeAPoolOnceASecondTest {
    private static final int ANSWERS = 2000;
    private static final PoolSettings SETTINGS =
            new PoolSettings(
                    Algorithm.WEIGHTED_ROUND_ROBIN,
                    0,
                    Duration.ofSeconds(1),
                    0,
                    false,
                    Backends.HEALTH,
                    null,
                    Duration.ZERO,
                    false);

    @Test
    @DisplayName("first answers count at once, then the last of many")
    void answersAreCoalesced() throws Exception {
        Pool pool = pool();
        AtomicInteger changes = new AtomicInteger();
        try (pool;
                BackendGroups groups = new BackendGroups(pool, address -> null, Builds.INLINE)) {
            Answers a = new Answers("a");
            Answers b = new Answers("b");
            assertThat(groups.replaceSources(List.of(a, b))).isNotDone();
            a.answer(1);
            b.answer(1);
            assertThat(weights(pool)).containsExactly(1, 1);
            pool.watch(
                    new PoolWatcher() {
                        @Override
                        public void changed(Collection<Backend> backends) {
                            changes.incrementAndGet();
                        }
                    });
            changes.set(0);
            long start = System.nanoTime();
            for (int i = 0; i < ANSWERS; i++) {
                a.answer(1 + i % 99);
                b.answer(1 + i % 99);
            }
            a.answer(100);
            b.answer(101);
            Await.equal(List.of(100, 101), () -> weights(pool));
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            assertThat(changes.get()).isLessThanOrEqualTo((int) (4 * seconds + 4));
        }
    }

    private static Pool pool() {
        FormerBackends former = new FormerBackends();
        return new Pool("p", SETTINGS, 0, System::nanoTime, Builds.INLINE, former);
    }

    private static List<Integer> weights(Pool pool) {
        return pool.backends().stream().map(Backend::weight).toList();
    }

    /** A source that says what the test says. */
    private static final class Answers implements BackendSource {
        private final String name;
        private final List<Consumer<List<BackendOptions>>> listeners = new ArrayList<>();

        Answers(String name) {
            this.name = name;
        }

        void answer(int weight) {
            BackendOptions backend = BackendOptions.of("127.0.0.1", name.charAt(0)).weight(weight);
            listeners.forEach(listener -> listener.accept(List.of(backend)));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start(Consumer<List<BackendOptions>> onChange) {
            listeners.add(onChange);
        }

        @Override
        public void close() {}
    }
}
