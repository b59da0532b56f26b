package dev.eventloop.lb.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.net.Sockets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks run at their interval, give or take 10 %, and never all together. */
@Tag("fast")
class ChecksKeepOutOfStepTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 50, 2_000, 3_600_000})
    @DisplayName("jitter stays within 10 % of the interval, above and below")
    void jitterIsBounded(long millis) {
        try (Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0);
                EventLoop loop = EventLoop.create()) {
            HealthChecks checks = checks(pool, loop, 42);
            Duration interval = Duration.ofMillis(millis);
            Set<Duration> different = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                Duration next = checks.jittered(interval, 10);
                assertThat(next)
                        .isBetween(
                                interval.multipliedBy(9).dividedBy(10),
                                interval.multipliedBy(11).dividedBy(10));
                different.add(next);
            }
            assertThat(different).hasSize(21).anyMatch(next -> next.compareTo(interval) > 0);
        }
    }

    @Test
    @DisplayName("the first check comes anywhere within the first interval")
    void firstOneIsAnywhere() {
        try (Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0);
                EventLoop loop = EventLoop.create()) {
            HealthChecks checks = checks(pool, loop, 42);
            Duration half = Duration.ofSeconds(1);
            Set<Long> tenths = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                Duration first = checks.jittered(half, 100);
                assertThat(first).isBetween(Duration.ZERO, half.multipliedBy(2));
                tenths.add(first.toMillis() / 200);
            }
            assertThat(tenths).hasSizeGreaterThanOrEqualTo(10);
        }
    }

    @Test
    @DisplayName("two load balancers check at different times")
    void seedsDiffer() {
        try (Pool pool = new Pool(RoundRobin::new, Backends.HEALTH, () -> 0);
                EventLoop loop = EventLoop.create()) {
            assertThat(delays(checks(pool, loop, 1)))
                    .isEqualTo(delays(checks(pool, loop, 1)))
                    .isNotEqualTo(delays(checks(pool, loop, 2)));
        }
    }

    private static List<Duration> delays(HealthChecks checks) {
        return Stream.generate(() -> checks.jittered(Duration.ofSeconds(2), 10)).limit(20).toList();
    }

    private static HealthChecks checks(Pool pool, EventLoop loop, long seed) {
        return new HealthChecks(
                pool, loop, Sockets.system(), (fd, buffer) -> {}, new CheckSlots(1_000), seed);
    }
}
