package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.lb.Algorithm;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The share of a backend grows by itself as time passes, for as long as it is checked. */
@Tag("fast")
class SlowStartsTakeTheirStepsTest {
    private static final Duration SLOW_START = Duration.ofSeconds(2);
    private static final double FIRST_STEP = 1.0 / 11;

    /** A pool with a loop for its checks, in virtual time. */
    private static final class Scene implements AutoCloseable {
        private final Backends of = new Backends();
        private final SimulatedKernel kernel = new SimulatedKernel(KernelOptions.defaults());
        private final EventLoop loop;
        private final Pool pool;
        private final HealthChecks checks;

        Scene(Algorithm algorithm, Duration slowStart) throws Exception {
            loop =
                    EventLoop.over(
                            new EpollPoller(kernel, 16),
                            EventLoopOptions.defaults().clock(kernel::nanoTime));
            HealthOptions health =
                    new HealthOptions(Duration.ZERO, Duration.ofSeconds(1), 1, 1, slowStart);
            pool = Backends.pool(algorithm, health, kernel::nanoTime, Builds.INLINE);
            checks =
                    new HealthChecks(
                            pool,
                            loop,
                            new Sockets(kernel),
                            (fd, buffer) -> {},
                            new CheckSlots(1_000),
                            42);
            pool.watch(
                    new PoolWatcher() {
                        @Override
                        public void startsSlowly() {
                            checks.startSlowly();
                        }
                    });
            pool.add(of.of("a", 1, 0));
            pool.add(of.of("b", 1, 0));
            pool.serve();
        }

        /** A backend that was down. */
        Backend recovered() {
            Backend backend = pool.find("b");
            pool.connectFailed(backend, "a test");
            pool.connected(backend);
            assertThat(pool.shareOf(backend)).isCloseTo(FIRST_STEP, within(1e-9));
            return backend;
        }

        void run(Duration time) throws Exception {
            long end = kernel.nanoTime() + time.toNanos();
            while (kernel.nanoTime() < end) {
                kernel.advanceTo(kernel.nanoTime() + 10_000_000);
                loop.run(0);
            }
        }

        @Override
        public void close() {
            checks.end();
            pool.close();
            loop.close();
            of.close();
        }
    }

    @Test
    @DisplayName("in tenths of the slow start, to the whole share")
    void growsInSteps() throws Exception {
        try (Scene scene = new Scene(Algorithm.WEIGHTED_ROUND_ROBIN, SLOW_START)) {
            Backend backend = scene.recovered();
            double last = scene.pool.shareOf(backend);
            for (int i = 0; i < 4; i++) {
                scene.run(SLOW_START.dividedBy(4));
                assertThat(scene.pool.shareOf(backend)).isGreaterThan(last);
                last = scene.pool.shareOf(backend);
            }
            scene.run(SLOW_START.dividedBy(4));
            assertThat(scene.pool.shareOf(backend)).isEqualTo(0.5);
            assertThat(scene.pool.isInSlowStart()).isFalse();
        }
    }

    @Test
    @DisplayName("no more once the checks have ended")
    void endsWithTheChecks() throws Exception {
        try (Scene scene = new Scene(Algorithm.WEIGHTED_ROUND_ROBIN, SLOW_START)) {
            Backend backend = scene.recovered();
            scene.run(SLOW_START.dividedBy(8)); // the next step would be a greater share
            scene.checks.end();
            scene.run(SLOW_START.multipliedBy(2));
            assertThat(scene.pool.shareOf(backend)).isCloseTo(FIRST_STEP, within(1e-9));
        }
    }

    @Test
    @DisplayName("without a slow start, one that catches up is looked at once a second")
    void catchesUp() throws Exception {
        try (Scene scene = new Scene(Algorithm.LEAST_CONNECTIONS, Duration.ZERO)) {
            Backend busy = scene.pool.find("a");
            for (int i = 0; i < 20; i++) {
                assertThat(busy.acquire()).isTrue();
            }
            scene.pool.add(scene.of.of("new", 1, 0));
            assertThat(scene.pool.isInSlowStart()).isTrue();
            for (int i = 0; i < 20; i++) {
                busy.release();
            }
            scene.run(Duration.ofMillis(900));
            assertThat(scene.pool.isInSlowStart()).isTrue();
            scene.run(Duration.ofMillis(200));
            assertThat(scene.pool.isInSlowStart()).isFalse();
        }
    }
}
