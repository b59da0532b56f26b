package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendState;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A backend that comes back without connections is picked as if it were new. */
@Tag("fast")
class ForgottenBackendsStartOverTest {
    private final Backends of = new Backends();
    private final Pool pool =
            Backends.pool(Algorithm.WEIGHTED_ROUND_ROBIN, Backends.HEALTH, () -> 0, Builds.INLINE);
    private Backend backend;

    @BeforeEach
    void addTwo() {
        pool.replace("", List.of(of.of("a", 1, 0), of.of("b", 1, 0)));
        backend = pool.find("a");
    }

    private void fail() {
        while (backend.isHealthy()) {
            pool.connectFailed(backend, "a test");
        }
    }

    @Test
    @DisplayName("one that was freed gets connections again")
    void freedOnes() {
        try (of;
                pool) {
            pool.remove(backend::equals);
            assertThat(backend.isFreed()).isTrue();
            assertThat(pool.add(of.of("a", 1, 0))).isSameAs(backend);
            assertThat(Backends.picks(pool, 4)).containsEntry(backend, 2);
        }
    }

    @Test
    @DisplayName("one that was down is not down any more")
    void failedOnes() {
        try (of;
                pool) {
            fail();
            pool.remove(backend::equals);
            assertThat(pool.add(of.of("a", 1, 0))).isSameAs(backend);
            assertThat(backend.isHealthy()).isTrue();
            assertThat(Backends.picks(pool, 4)).containsEntry(backend, 2);
        }
    }

    @Test
    @DisplayName("a pool that comes back starts over with those that are idle, at once")
    void idleOnes() {
        try (of;
                pool) {
            fail();
            Backend other = pool.find("b");
            assertThat(other.acquire()).isTrue();
            pool.change(other, BackendState.DRAIN);
            pool.forgetIdle();
            assertThat(backend.isHealthy()).isTrue();
            assertThat(pool.isAnyUp()).isTrue();
            assertThat(pool.shareOf(backend)).isEqualTo(1);
            assertThat(other.state()).isEqualTo(BackendState.DRAIN);
            other.release();
            pool.forgetIdle();
            assertThat(pool.shareOf(backend)).isEqualTo(0.5);
        }
    }
}
