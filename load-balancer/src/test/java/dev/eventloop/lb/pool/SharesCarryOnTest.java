package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.eventloop.lb.BackendState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After a change of the backends the rotation continues where it was; no backend is picked twice
 * because of it.
 */
@Tag("fast")
class SharesCarryOnTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicLong clock = new AtomicLong(-5);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @DisplayName("backends come, go or change weights: none gets more than one pick ahead by it")
    void noBackendGetsAhead(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            try (Backends of = new Backends();
                    Pool pool = pool(Duration.ZERO)) {
                int count = 2 + random.nextInt(5);
                for (int i = 0; i < count; i++) {
                    pool.add(of.of("b" + i, 1 + random.nextInt(9), 0));
                }
                Account account = new Account(pool);
                for (int change = 0; change < 20; change++) {
                    account.pick(random.nextInt(100));
                    List<Backend> all = pool.backends();
                    Backend one = all.get(random.nextInt(all.size()));
                    switch (random.nextInt(3)) {
                        case 0 -> pool.add(of.of("new" + change, 1 + random.nextInt(9), 0));
                        case 1 -> pool.remove(backend -> backend == one && all.size() > 1);
                        default -> pool.changeWeight(one, 1 + random.nextInt(9));
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("rebuilding the table before each pick changes nothing")
    void nothingChanges() {
        try (Backends of = new Backends();
                Pool pool = pool(Duration.ZERO)) {
            for (Backend backend : of.of(5, 1, 1)) {
                pool.add(backend);
            }
            StringBuilder order = new StringBuilder();
            for (int i = 0; i < 21; i++) {
                order.append(Backends.order(pool, 1));
                pool.stepSlowStart();
            }
            assertThat(order.toString()).isEqualTo("b0b0b1b0b2b0b0".repeat(3));
        }
    }

    @Test
    @DisplayName("a backend that is down and up again between two picks keeps its turn")
    void downAndUpAgain() {
        try (Backends of = new Backends();
                Pool pool = pool(Duration.ZERO)) {
            for (Backend backend : of.of(1, 1, 1)) {
                pool.add(backend);
            }
            Map<String, Integer> picks = new HashMap<>();
            for (int i = 0; i < 300; i++) {
                picks.merge(Backends.order(pool, 1), 1, Integer::sum);
                pool.change(pool.find("b1"), BackendState.DRAIN);
                pool.change(pool.find("b1"), BackendState.UP);
            }
            assertThat(picks.values()).containsOnly(100);
        }
    }

    @Test
    @DisplayName("a backend that is up again gets a tenth of its share, then more in steps")
    void slowStartGoesUpInSteps() {
        try (Backends of = new Backends();
                Pool pool = pool(Duration.ofSeconds(10))) {
            for (Backend backend : of.of(3, 1)) {
                pool.add(backend);
            }
            Backend back = pool.find("b0");
            recover(pool, back);
            assertThat(pool.isInSlowStart()).isTrue();
            double last = 0;
            for (int step = 1; step < TableBuilder.SLOW_START_STEPS; step++) {
                pool.stepSlowStart();
                double share = pool.shareOf(back);
                assertThat(share).isCloseTo(3.0 * step / (3.0 * step + 10), within(1e-9));
                assertThat(share).isGreaterThan(last);
                last = share;
                clock.addAndGet(10 * SECOND / (TableBuilder.SLOW_START_STEPS - 1) + 1);
            }
            pool.stepSlowStart();
            assertThat(pool.isInSlowStart()).isFalse();
            assertThat(pool.shareOf(back)).isEqualTo(0.75);
            Map<Backend, Integer> picks = Backends.picks(pool, 400);
            assertThat(picks.get(back)).isEqualTo(300);
        }
    }

    @Test
    @DisplayName("during slow start the picks are exact, too")
    void slowSharesAreExact() {
        try (Backends of = new Backends();
                Pool pool = pool(Duration.ofSeconds(10))) {
            for (Backend backend : of.of(3, 1)) {
                pool.add(backend);
            }
            Backend back = pool.find("b0");
            recover(pool, back);
            assertThat(Backends.picks(pool, 130).get(back)).isEqualTo(30);
        }
    }

    @Test
    @DisplayName("a backend that goes down during slow start begins again")
    void slowStartBeginsAgain() {
        try (Backends of = new Backends();
                Pool pool = pool(Duration.ofSeconds(10))) {
            for (Backend backend : of.of(1, 1)) {
                pool.add(backend);
            }
            Backend back = pool.find("b0");
            recover(pool, back);
            clock.addAndGet(9 * SECOND);
            pool.stepSlowStart();
            assertThat(pool.shareOf(back)).isGreaterThan(0.4);
            recover(pool, back);
            assertThat(pool.shareOf(back)).isCloseTo(1.0 / 11, within(1e-9));
        }
    }

    private static void recover(Pool pool, Backend backend) {
        for (int i = 0; i < Backends.HEALTH.fall(); i++) {
            pool.checkFailed(backend, "for a test");
        }
        assertThat(pool.shareOf(backend)).isZero();
        for (int i = 0; i < Backends.HEALTH.rise(); i++) {
            pool.succeeded(backend);
        }
    }

    private Pool pool(Duration slowStart) {
        HealthOptions options = Backends.HEALTH;
        return new Pool(
                RoundRobin::new,
                new HealthOptions(
                        options.interval(),
                        options.timeout(),
                        options.fall(),
                        options.rise(),
                        slowStart),
                clock::get);
    }

    /** How many picks each backend should have got so far, minus those it got. */
    private static final class Account {
        private final Pool pool;
        private final Map<Backend, Double> due = new HashMap<>();

        Account(Pool pool) {
            this.pool = pool;
        }

        void pick(int count) {
            for (int i = 0; i < count; i++) {
                for (Backend backend : pool.backends()) {
                    due.merge(backend, pool.shareOf(backend), Double::sum);
                }
                Backend picked = Backends.pick(pool, i);
                picked.release();
                due.merge(picked, -1.0, Double::sum);
                assertThat(due.get(picked)).as("%s", due).isGreaterThan(-2.0);
            }
        }
    }
}
