package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool is ready when the next connection finds a backend that is up, and not a moment before. */
@Tag("fast")
class ReadinessIsWhatPicksSeeTest {
    /** Builds when it is told to: what waits for a build sees what a slow machine shows. */
    private static final class Slow implements Builds {
        private final Deque<Runnable> due = new ArrayDeque<>();

        @Override
        public void now(Runnable build) {
            due.add(build);
        }

        @Override
        public void soon(Runnable build) {
            due.add(build);
        }

        void catchUp() {
            while (!due.isEmpty()) {
                due.remove().run();
            }
        }
    }

    private final Slow builds = new Slow();

    @Test
    @DisplayName("the first backend is there, and can be picked only a moment later")
    void theFirstBackend() {
        try (Backends of = new Backends();
                Pool pool = pool()) {
            pool.replace("dns", List.of(of.of("dns", "a")));
            assertThat(pool.pick(Backends.none(), 0, 0)).isNull();
            assertThat(pool.isAnyUp()).isFalse();
            builds.catchUp();
            assertThat(pool.isAnyUp()).isTrue();
            assertThat(Backends.pick(pool, 1).name()).isEqualTo("a");
        }
    }

    @Test
    @DisplayName("all are replaced: the old ones are picked, and ready, until the new ones are")
    void othersInTheirPlace() {
        try (Backends of = new Backends();
                Pool pool = pool()) {
            pool.replace("dns", List.of(of.of("dns", "a")));
            builds.catchUp();
            pool.replace("dns", List.of(of.of("dns", "b")));
            assertThat(pool.isAnyUp()).isTrue();
            assertThat(Backends.pick(pool, 1).name()).isEqualTo("a");
            builds.catchUp();
            assertThat(pool.isAnyUp()).isTrue();
            assertThat(Backends.pick(pool, 1).name()).isEqualTo("b");
        }
    }

    @Test
    @DisplayName("one comes to others of which none is up: it is ready when it can be picked")
    void oneThatIsUp() {
        try (Backends of = new Backends();
                Pool pool = pool()) {
            Backend down = pool.add(of.of("a", 1, 0));
            builds.catchUp();
            Backends.failUntilDown(pool, down);
            pool.add(of.of("b", 1, 0));
            assertThat(Backends.pick(pool, 1).name()).isEqualTo("a");
            assertThat(pool.isAnyUp()).isFalse();
            builds.catchUp();
            assertThat(pool.isAnyUp()).isTrue();
            assertThat(Backends.pick(pool, 1).name()).isEqualTo("b");
        }
    }

    @Test
    @DisplayName("none is left: not ready")
    void noneIsLeft() {
        try (Backends of = new Backends();
                Pool pool = pool()) {
            pool.replace("dns", List.of(of.of("dns", "a")));
            pool.replace("dns", List.of());
            builds.catchUp();
            assertThat(pool.isAnyUp()).isFalse();
            assertThat(pool.pick(Backends.none(), 0, 0)).isNull();
        }
    }

    private Pool pool() {
        return Backends.pool(Algorithm.WEIGHTED_ROUND_ROBIN, Backends.HEALTH, () -> 0, builds);
    }
}
