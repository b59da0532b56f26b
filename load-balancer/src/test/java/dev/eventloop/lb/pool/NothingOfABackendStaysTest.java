package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.testkit.kernel.KernelOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A backend that is gone leaves neither memory nor a share behind. */
@Tag("fast")
class NothingOfABackendStaysTest {
    private static final String CLOSED = "closed address";

    private final Backends of = new Backends();

    /** Builds nothing once it is told to stop. */
    private static final class Stopping implements Builds {
        private boolean stopped;

        @Override
        public void now(Runnable build) {
            soon(build);
        }

        @Override
        public void soon(Runnable build) {
            if (!stopped) {
                build.run();
            }
        }
    }

    private static Pool pool(Builds builds) {
        return Backends.pool(Algorithm.WEIGHTED_ROUND_ROBIN, Backends.HEALTH, () -> 0, builds);
    }

    @Test
    @DisplayName("its address is closed as it is removed")
    void addressOfAnIdleOne() {
        Backend backend = of.of("a", 1, 0);
        NativeAddress address = backend.address();
        assertThat(address.port()).isOne();
        backend.remove();
        assertThat(address).hasToString(CLOSED);
    }

    @Test
    @DisplayName("or as its last connection ends")
    void addressOfABusyOne() {
        Backend backend = of.of("a", 1, 0);
        NativeAddress address = backend.address();
        assertThat(backend.acquire()).isTrue();
        backend.remove();
        assertThat(address.port()).isOne();
        backend.release();
        assertThat(address).hasToString(CLOSED);
    }

    @Test
    @DisplayName("what only told of one that is there already is freed")
    void descriptionsAreFreed() {
        try (of;
                Pool pool = pool(Builds.INLINE)) {
            Backend backend = pool.add(of.of("a", 1, 0));
            Backend same = of.of("a", 2, 0);
            pool.replace("", List.of(same));
            Backend ofAnotherGroup = of.of("dns:name", "a");
            pool.replace("dns:name", List.of(ofAnotherGroup));
            pool.remove(backend::equals);
            Backend again = of.of("a", 3, 0);
            assertThat(pool.add(again)).isSameAs(backend);
            assertThat(backend.isFreed()).isFalse();
            assertThat(backend.weight()).isEqualTo(3);
            assertThat(List.of(same, ofAnotherGroup, again)).allMatch(Backend::isFreed);
        }
    }

    @Test
    @DisplayName("its share is nothing")
    void shareIsNothing() {
        try (of;
                Pool pool = pool(Builds.INLINE)) {
            Backend gone = pool.add(of.of("a", 1, 0));
            pool.add(of.of("b", 1, 0));
            assertThat(pool.shareOf(gone)).isEqualTo(0.5);
            pool.remove(gone::equals);
            assertThat(pool.shareOf(gone)).isZero();
        }
    }

    @Test
    @DisplayName("the end of a pool frees all, and those that an old table still has")
    void poolsEnd() {
        Stopping builds = new Stopping();
        Pool pool = pool(builds);
        Backend leaves = pool.add(of.of("a", 1, 0));
        Backend stays = pool.add(of.of("b", 1, 0));
        builds.stopped = true;
        pool.remove(leaves::equals);
        assertThat(leaves.isFreed()).isFalse();
        pool.close();
        assertThat(leaves.isFreed()).isTrue();
        assertThat(stays.isFreed()).isTrue();
    }

    @Test
    @DisplayName("the end of the checks frees what they had")
    void checksEnd() throws Exception {
        check(); // what is allocated once
        long before = NativeMemory.liveBytes();
        for (int i = 0; i < 10; i++) {
            check();
        }
        assertThat(NativeMemory.liveBytes()).isLessThanOrEqualTo(before);
    }

    private static void check() throws Exception {
        Duration second = Duration.ofSeconds(1);
        try (CheckedPool pool = new CheckedPool(second, second, 1, KernelOptions.defaults())) {
            int listener = pool.listen(CheckedPool.address(9001));
            pool.add("b", CheckedPool.address(9001));
            assertThat(pool.read(pool.accept(listener))).isEqualTo("hello.");
        }
    }
}
