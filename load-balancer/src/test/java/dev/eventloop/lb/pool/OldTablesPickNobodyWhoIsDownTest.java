package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tables are built on a thread of their own, and one has many changes; until it is there, a backend
 * that went down gets no connection.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class OldTablesPickNobodyWhoIsDownTest {
    private static final int COUNT = 1_000;

    /** Builds what nobody waits for when it is told to. */
    private static final class Later implements Builds {
        private final Deque<Runnable> due = new ArrayDeque<>();

        @Override
        public void now(Runnable build) {
            build.run();
        }

        @Override
        public void soon(Runnable build) {
            due.add(build);
        }
    }

    private final Later later = new Later();

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "999 of 1,000 go down: one build has them all, and before it the other one is picked")
    void theOneThatIsLeftIsPicked(Algorithm algorithm) {
        try (Backends of = new Backends();
                Pool pool = pool(algorithm)) {
            pool.replace(
                    "", List.of(of.of(IntStream.range(0, COUNT).map(i -> 1 + i % 256).toArray())));
            Backend left = pool.find("b7");
            for (Backend backend : pool.backends()) {
                if (backend != left) {
                    failUntilDown(pool, backend);
                }
            }
            assertThat(later.due).hasSize(1);
            for (int i = 0; i < 100; i++) {
                assertThat(Backends.pick(pool, i)).isSameAs(left);
            }
            later.due.remove().run();
            assertThat(Backends.pick(pool, 1)).isSameAs(left);
            assertThat(pool.shareOf(left)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("all go down: before the next table is there, those in use are tried all the same")
    void somebodyIsPicked(Algorithm algorithm) {
        try (Backends of = new Backends();
                Pool pool = pool(algorithm)) {
            pool.replace("", List.of(of.of(1, 1, 1, 1)));
            pool.change(pool.find("b3"), BackendState.DRAIN);
            pool.backends().forEach(backend -> failUntilDown(pool, backend));
            assertThat(later.due).isNotEmpty();
            Set<String> picked = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                picked.add(Backends.pick(pool, i).name());
            }
            assertThat(picked).isNotEmpty().doesNotContain("b3");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "of an old table, one that fails is tried before drained ones, and these before one set down")
    void theBestIsPicked(Algorithm algorithm) {
        try (Backends of = new Backends();
                Pool pool = pool(algorithm)) {
            pool.replace("", List.of(of.of(ones(COUNT + 2))));
            Backend used = pool.find("b7");
            Backend gone = pool.find("b8");
            for (Backend backend : pool.backends()) {
                if (backend != used) {
                    pool.change(backend, BackendState.DRAIN);
                }
            }
            failUntilDown(pool, used);
            pool.remove(gone::equals);
            for (int i = 0; i < 100; i++) {
                assertThat(Backends.pick(pool, i)).isSameAs(used);
            }
            pool.change(used, BackendState.DOWN);
            for (int i = 0; i < 100; i++) {
                assertThat(Backends.pick(pool, i)).isNotNull().isNotSameAs(used).isNotSameAs(gone);
            }
        }
    }

    @Test
    @DisplayName("10,000 backends that are added and removed one by one share builds")
    void thousandsComeAndGo() {
        try (Backends of = new Backends();
                Pool pool = pool(Algorithm.WEIGHTED_ROUND_ROBIN)) {
            for (int i = 0; i < 10_000; i++) {
                pool.add(of.of("b" + i, 1 + i % 4, 0));
            }
            assertThat(pool.backends()).hasSize(10_000);
            assertThat(later.due).hasSize(1);
            later.due.remove().run();
            assertThat(pool.shareOf(pool.find("b9999"))).isEqualTo(4.0 / 25_000);
            Backend last = pool.find("b9999");
            pool.remove(backend -> backend != last);
            assertThat(later.due).isEmpty();
            assertThat(Backends.pick(pool, 1)).isSameAs(last);
        }
    }

    @Test
    @DisplayName(
            "a backend of thousands that is removed gets no connection, also from the old table")
    void removedOneIsNotPicked() {
        try (Backends of = new Backends();
                Pool pool = pool(Algorithm.WEIGHTED_ROUND_ROBIN)) {
            pool.replace("", List.of(of.of(ones(2 * COUNT))));
            Backend gone = pool.find("b0");
            pool.remove(backend -> backend == gone);
            assertThat(later.due).hasSize(1);
            for (int i = 0; i < 4 * COUNT; i++) {
                assertThat(Backends.pick(pool, i)).isNotSameAs(gone);
            }
            assertThat(gone.isFreed()).isFalse();
            later.due.remove().run();
            assertThat(gone.isFreed()).isTrue();
        }
    }

    private static int[] ones(int count) {
        return IntStream.generate(() -> 1).limit(count).toArray();
    }

    @Test
    @DisplayName("tables are built by a daemon thread, which changes of the operator wait for")
    void tablesAreBuiltElsewhere() {
        Set<String> threads = new HashSet<>();
        Builds builds = Builds.onOneThread();
        builds.now(
                () -> {
                    Thread self = Thread.currentThread();
                    threads.add(self.getName() + (self.isDaemon() ? ", a daemon" : ""));
                });
        assertThat(threads).containsExactly("pick-tables, a daemon");
    }

    private Pool pool(Algorithm algorithm) {
        return Backends.pool(algorithm, Backends.HEALTH, () -> 0, later);
    }

    private static void failUntilDown(Pool pool, Backend backend) {
        for (int i = 0; i < Backends.HEALTH.fall(); i++) {
            pool.checkFailed(backend, "for a test");
        }
    }
}
