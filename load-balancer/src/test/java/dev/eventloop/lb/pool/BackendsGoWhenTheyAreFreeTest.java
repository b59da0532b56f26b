package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Crowd;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A removed backend is freed when the last of its connections ends, and not before. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BackendsGoWhenTheyAreFreeTest {
    @Test
    @DisplayName("its address stays valid until its last connection ends")
    void addressOutlivesConnections() {
        try (Backends of = new Backends();
                Pool pool = pool(of.of(1, 1))) {
            Backend gone = Backends.pick(pool, 1);
            assertThat(Backends.pick(pool, 2)).isNotSameAs(gone);
            assertThat(Backends.pick(pool, 3)).isSameAs(gone);
            pool.remove(backend -> backend == gone);
            assertThat(pool.backends()).doesNotContain(gone);
            assertThat(gone.active()).isEqualTo(2);
            gone.release();
            assertThat(isFreed(gone)).isFalse();
            assertThat(gone.address().port()).isEqualTo(1);
            gone.release();
            assertThat(isFreed(gone)).isTrue();
        }
    }

    @Test
    @DisplayName("without a connection it is freed at once, and acquire fails after that")
    void idleBackendIsFreedAtOnce() {
        try (Backends of = new Backends();
                Pool pool = pool(of.of(1, 1))) {
            Backend gone = pool.find("b0");
            pool.remove(backend -> backend == gone);
            assertThat(isFreed(gone)).isTrue();
            assertThat(gone.acquire()).isFalse();
            assertThat(gone.acquire(0)).isFalse();
            assertThat(gone.active()).isZero();
            gone.remove();
            assertThat(Backends.order(pool, 2)).isEqualTo("b1b1");
        }
    }

    @Test
    @DisplayName("removed under load, a backend is freed once, when no thread uses it")
    void removedInTheMiddle() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (Backends of = new Backends();
                    Pool pool = pool(of.of(1, 1))) {
                Backend gone = pool.find("b0");
                List<Integer> wrong =
                        Crowd.run(
                                3,
                                thread -> {
                                    if (thread == 0) {
                                        pool.remove(backend -> backend == gone);
                                        return 0;
                                    }
                                    int freed = 0;
                                    for (int i = 0; i < 500; i++) {
                                        Backend backend = Backends.pick(pool, i);
                                        freed += isFreed(backend) ? 1 : 0;
                                        backend.release();
                                    }
                                    return freed;
                                });
                assertThat(wrong).containsOnly(0);
                assertThat(isFreed(gone)).isTrue();
            }
        }
    }

    @Test
    @DisplayName(
            "a backend that stays in a replaced group keeps its connections, health and counts")
    void stayingBackendIsKept() {
        try (Backends of = new Backends();
                Pool pool = pool(of.of(1, 1))) {
            Backend stays = pool.find("b1");
            pool.connected(stays);
            pool.replace("", List.of(of.of("b1", 7, 3), of.of("b2", 1, 0)));
            assertThat(pool.backends()).extracting(Backend::name).containsExactly("b1", "b2");
            assertThat(pool.find("b1")).isSameAs(stays);
            assertThat(stays.connections()).isEqualTo(1);
            assertThat(stays.weight()).isEqualTo(7);
            assertThat(stays.maxConnections()).isEqualTo(3);
            assertThat(isFreed(stays)).isFalse();
        }
    }

    private static boolean isFreed(Backend backend) {
        return backend.rawActive() < 0;
    }

    private static Pool pool(Backend... backends) {
        Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0);
        pool.replace("", List.of(backends));
        return pool;
    }
}
