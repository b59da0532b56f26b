package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.testkit.kernel.KernelOptions;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A check says what it has to, ends without a reset, and holds its socket no longer than needed.
 */
@Tag("fast")
class ChecksEndInTimeTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration MOMENT = Duration.ofMillis(100);

    private static CheckedPool pool() throws Exception {
        return pool(INTERVAL, 10);
    }

    private static CheckedPool pool(Duration interval, int slots) throws Exception {
        return new CheckedPool(interval, TIMEOUT, slots, KernelOptions.defaults());
    }

    @Test
    @DisplayName("a check sends its preface and a FIN, and closes after the server's FIN")
    void closesAfterTheServer() throws Exception {
        try (CheckedPool pool = pool()) {
            int listener = pool.listen(CheckedPool.address(9001));
            Backend backend = pool.add("b", CheckedPool.address(9001));
            int server = pool.accept(listener);
            assertThat(pool.read(server)).isEqualTo("hello.");
            assertThat(pool.open()).isOne();
            pool.end(server);
            pool.turn();
            assertThat(pool.open()).isZero();
            assertThat(pool.read(pool.accept(listener))).isEqualTo("hello.");
            assertThat(backend.checkFailures()).isZero();
        }
    }

    @Test
    @DisplayName("a server may greet: its bytes are read, so that the close is no reset")
    void greetingsAreRead() throws Exception {
        try (CheckedPool pool = pool()) {
            int listener = pool.listen(CheckedPool.address(9001));
            pool.add("b", CheckedPool.address(9001));
            int server = pool.accept(listener);
            pool.send(server, "welcome");
            pool.turn();
            assertThat(pool.open()).isOne();
            pool.run(Duration.ofSeconds(2)); // closed without the server's FIN
            assertThat(pool.open()).isZero();
            assertThat(pool.read(server)).isEqualTo("hello.");
        }
    }

    @Test
    @DisplayName("a server that resets ends the check at once, which has passed")
    void resetsEndIt() throws Exception {
        try (CheckedPool pool = pool()) {
            int listener = pool.listen(CheckedPool.address(9001));
            Backend backend = pool.add("b", CheckedPool.address(9001));
            int server = pool.accept(listener);
            pool.reset(server);
            pool.turn();
            assertThat(pool.open()).isZero();
            assertThat(backend.checkFailures()).isZero();
        }
    }

    @Test
    @DisplayName("a server that never closes holds a check for a second")
    void silentServersAreLeft() throws Exception {
        try (CheckedPool pool = pool()) {
            int listener = pool.listen(CheckedPool.address(9001));
            pool.add("b", CheckedPool.address(9001));
            pool.accept(listener);
            pool.run(Duration.ofSeconds(1).minus(MOMENT));
            assertThat(pool.open()).isOne();
            pool.run(MOMENT.multipliedBy(2));
            assertThat(pool.open()).isZero();
        }
    }

    @Test
    @DisplayName("or for the interval, if that is shorter")
    void norLongerThanTheInterval() throws Exception {
        Duration interval = Duration.ofMillis(500);
        try (CheckedPool pool = pool(interval, 10)) {
            int listener = pool.listen(CheckedPool.address(9001));
            pool.add("b", CheckedPool.address(9001));
            pool.accept(listener);
            pool.run(interval.minus(MOMENT));
            assertThat(pool.open()).isOne();
            pool.run(MOMENT.multipliedBy(2));
            assertThat(pool.open()).isZero();
        }
    }

    @Test
    @DisplayName("a connect without an answer fails after the timeout, once an interval")
    void answersAreAwaited() throws Exception {
        Duration slow = Duration.ofSeconds(60);
        KernelOptions slowNetwork = KernelOptions.defaults().latency(slow, slow);
        try (CheckedPool pool = new CheckedPool(INTERVAL, TIMEOUT, 10, slowNetwork)) {
            pool.listen(CheckedPool.address(9001));
            Backend backend = pool.add("b", CheckedPool.address(9001));
            pool.run(INTERVAL.plus(TIMEOUT));
            assertThat(backend.checkFailures()).isEqualTo(1);
            pool.run(Duration.ofSeconds(100));
            assertThat(backend.checkFailures()).isBetween(7L, 10L);
        }
    }

    @Test
    @DisplayName("or after the interval, if that is shorter")
    void withinTheInterval() throws Exception {
        Duration slow = Duration.ofSeconds(60);
        KernelOptions slowNetwork = KernelOptions.defaults().latency(slow, slow);
        Duration interval = Duration.ofSeconds(1);
        try (CheckedPool pool = new CheckedPool(interval, TIMEOUT, 10, slowNetwork)) {
            pool.listen(CheckedPool.address(9001));
            Backend backend = pool.add("b", CheckedPool.address(9001));
            pool.run(interval.multipliedBy(2).plus(MOMENT));
            assertThat(backend.checkFailures()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("a refused connect fails at once and leaves no socket open")
    void refusalsAreFailures() throws Exception {
        try (CheckedPool pool = pool()) {
            Backend backend = pool.add("b", CheckedPool.address(9001));
            pool.run(INTERVAL);
            assertThat(backend.checkFailures()).isEqualTo(1);
            assertThat(pool.open()).isZero();
        }
    }

    @Test
    @DisplayName("a unix-domain socket that nobody listens on is a failure; a full backlog is none")
    void unixDomainSockets() throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of("/run/b");
        try (CheckedPool pool = pool()) {
            Backend backend = pool.add("b", path);
            try (Logged logged = Logged.by("dev.eventloop.lb.pool")) {
                while (backend.isHealthy()) {
                    pool.run(INTERVAL);
                }
                assertThat(logged.messages())
                        .containsExactly(
                                "backend b is down after 3 failures in a row, the last one: No such"
                                        + " file or directory (ENOENT); none of 1 is up; trying"
                                        + " them anyway");
            }
            long failures = backend.checkFailures();
            pool.listen(path);
            pool.fillBacklog(path);
            pool.run(INTERVAL.multipliedBy(3));
            assertThat(backend.checkFailures()).isEqualTo(failures);
            assertThat(pool.open()).isZero();
        }
    }

    @Test
    @DisplayName("a removed backend's check still ends with FINs, and then there is none")
    void removedOnesAreLeftInPeace() throws Exception {
        try (CheckedPool pool = pool()) {
            int listener = pool.listen(CheckedPool.address(9001));
            Backend backend = pool.add("b", CheckedPool.address(9001));
            int server = pool.accept(listener);
            pool.remove(backend);
            pool.turn();
            assertThat(pool.open()).isOne();
            assertThat(pool.read(server)).isEqualTo("hello.");
            pool.end(server);
            pool.turn();
            assertThat(pool.open()).isZero();
            pool.run(INTERVAL.multipliedBy(3));
            assertThat(pool.acceptIfAny(listener)).isNegative();
        }
    }

    @Test
    @DisplayName("the checks end while that of a removed backend runs: its socket is closed, too")
    void nothingStaysOpen() throws Exception {
        try (CheckedPool pool = pool()) {
            int listener = pool.listen(CheckedPool.address(9001));
            Backend backend = pool.add("b", CheckedPool.address(9001));
            pool.accept(listener);
            pool.remove(backend);
            assertThat(pool.open()).isOne();
            pool.checks().end();
            assertThat(pool.open()).isZero();
        }
    }

    @Test
    @DisplayName("a check that waits for a slot gets that of one that only waits for a FIN")
    void slotsAreNotHeldForAFin() throws Exception {
        Duration interval = Duration.ofSeconds(2);
        try (CheckedPool pool = pool(interval, 1)) {
            List<Integer> listeners = new ArrayList<>();
            for (int port = 9001; port <= 9009; port++) {
                listeners.add(pool.listen(CheckedPool.address(port)));
                pool.add("b" + port, CheckedPool.address(port));
            }
            pool.run(interval); // with a second for each FIN, two would be checked
            assertThat(listeners).allMatch(listener -> pool.acceptIfAny(listener) >= 0).hasSize(9);
            assertThat(pool.open()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    @DisplayName("hundreds of backends that come at once are all checked")
    void allAreChecked() throws Exception {
        try (CheckedPool pool = pool(INTERVAL, 1_000)) {
            List<Backend> backends = pool.addMany(600, CheckedPool.address(9001));
            pool.run(INTERVAL.plus(MOMENT));
            assertThat(backends).hasSize(600).allMatch(backend -> backend.checkFailures() > 0);
        }
    }

    @Test
    @DisplayName("without an interval a backend is checked only while it is down")
    void onlyTheDownAreChecked() throws Exception {
        try (CheckedPool pool = pool(Duration.ZERO, 10)) {
            int listener = pool.listen(CheckedPool.address(9001));
            Backend backend = pool.add("b", CheckedPool.address(9001));
            pool.run(INTERVAL);
            assertThat(pool.acceptIfAny(listener)).isNegative();
            pool.fail(backend);
            pool.end(pool.accept(listener));
            assertThat(backend.isHealthy()).isFalse();
            pool.end(pool.accept(listener));
            assertThat(backend.isHealthy()).isTrue();
            pool.run(INTERVAL);
            assertThat(pool.acceptIfAny(listener)).isNegative();
        }
    }

    @Test
    @DisplayName("a shorter interval applies at once, also to a check that was hours away")
    void intervalsApplyAtOnce() throws Exception {
        try (CheckedPool pool = pool(Duration.ofHours(10), 10)) {
            int listener = pool.listen(CheckedPool.address(9001));
            pool.add("b", CheckedPool.address(9001));
            pool.run(Duration.ofSeconds(1));
            assertThat(pool.acceptIfAny(listener)).isNegative();
            pool.changeInterval(Duration.ofSeconds(2));
            pool.run(Duration.ofSeconds(2));
            assertThat(pool.acceptIfAny(listener)).isNotNegative();
        }
    }
}
