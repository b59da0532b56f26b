package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.testkit.kernel.Fault;
import dev.eventloop.testkit.kernel.Faults;
import dev.eventloop.testkit.kernel.KernelOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A check gives its slot to others when it has to, and keeps its socket when it need not. */
@Tag("fast")
class ChecksGiveWayTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final int OTHERS = 5;

    @Test
    @DisplayName("one that only waits for a FIN is closed for one that begins")
    void lingeringOnesAreClosed() throws Exception {
        try (CheckedPool pool = new CheckedPool(SECOND, SECOND, 1, KernelOptions.defaults())) {
            int listener = pool.listen(CheckedPool.address(9001));
            pool.add("a", CheckedPool.address(9001));
            pool.accept(listener); // waits for the server's FIN for a second
            List<Integer> others = new ArrayList<>();
            for (int port = 9002; port < 9002 + OTHERS; port++) {
                others.add(pool.listen(CheckedPool.address(port)));
                pool.add("b" + port, CheckedPool.address(port));
            }
            pool.run(SECOND.minus(MOMENT));
            assertThat(others).anyMatch(other -> pool.acceptIfAny(other) >= 0);
            assertThat(pool.open()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    @DisplayName("one that waits for a slot, and is then not wanted, gets none")
    void removedOnesWaitNoMore() throws Exception {
        Duration timeout = Duration.ofSeconds(3);
        KernelOptions slowNetwork =
                KernelOptions.defaults().latency(Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (CheckedPool pool = new CheckedPool(timeout, timeout, 1, slowNetwork)) {
            pool.listen(CheckedPool.address(9001));
            Backend backend = pool.add("a", CheckedPool.address(9001));
            while (pool.open() == 0) {
                pool.run(MOMENT);
            }
            List<Backend> others = new ArrayList<>();
            for (int i = 0; i < OTHERS; i++) {
                others.add(pool.add("b" + i, CheckedPool.address(9001)));
            }
            pool.run(timeout.minus(MOMENT.multipliedBy(2))); // they have begun to wait
            others.forEach(pool::remove);
            pool.run(timeout.multipliedBy(10));
            assertThat(backend.checkFailures()).isGreaterThan(3);
            assertThat(others).allMatch(other -> other.checkFailures() == 0);
        }
    }

    @Test
    @DisplayName("a wait that reports nothing to read is not the server's FIN")
    void onlyAFinEndsIt() throws Exception {
        Faults often = Faults.none().with(Fault.SPURIOUS, Faults.OF / 2);
        KernelOptions options = KernelOptions.defaults().faults(often);
        try (CheckedPool pool = new CheckedPool(SECOND, SECOND, 1, options)) {
            int listener = pool.listen(CheckedPool.address(9001));
            pool.add("a", CheckedPool.address(9001));
            int server = pool.accept(listener);
            pool.run(SECOND.dividedBy(2));
            assertThat(pool.open()).isOne();
            pool.end(server);
            pool.run(MOMENT);
            assertThat(pool.open()).isZero();
        }
    }

    @Test
    @DisplayName("a machine without descriptors blames no backend, and says so once a minute")
    void shortagesAreLogged() throws Exception {
        KernelOptions scarce = KernelOptions.defaults().openFileLimit(5); // the loop has them
        try (Logged logged = Logged.by("dev.eventloop.lb.pool");
                CheckedPool pool = new CheckedPool(SECOND, SECOND, 1, scarce)) {
            Backend backend = pool.add("a", CheckedPool.address(9001));
            pool.run(SECOND.multipliedBy(10));
            assertThat(backend.checkFailures()).isZero();
            assertThat(logged.messages())
                    .singleElement()
                    .asString()
                    .startsWith("this machine cannot connect to backend a: ")
                    .contains("(EMFILE)");
        }
    }
}
