package dev.eventloop.lb.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Crowd;
import dev.eventloop.lb.access.SourceLimits.Limits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each source is limited in connections at a time, and in connections opened per period. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class SourcesAreLimitedTest {
    private static final long PERIOD = 1_000;

    @Test
    @DisplayName("without a limit nothing is limited")
    void noLimit() {
        assertThat(new SourceLimits(Limits.NONE).isLimited()).isFalse();
        assertThat(new SourceLimits(new Limits(1, 0, PERIOD)).isLimited()).isTrue();
        assertThat(new SourceLimits(new Limits(0, 1, PERIOD)).isLimited()).isTrue();
    }

    @Test
    @DisplayName("connections at a time are counted per source")
    void atATime() {
        SourceLimits limits = new SourceLimits(new Limits(2, 0, PERIOD));
        assertThat(limits.acquire(0, 1, 0)).isTrue();
        assertThat(limits.acquire(0, 1, 0)).isTrue();
        assertThat(limits.acquire(0, 1, 0)).isFalse();
        assertThat(limits.acquire(1, 1, 0)).as("another upper half").isTrue();
        assertThat(limits.acquire(0, 2, 0)).as("another lower half").isTrue();
        limits.release(0, 1, 0);
        assertThat(limits.acquire(0, 1, 0)).isTrue();
        assertThat(limits.acquire(0, 1, 0)).isFalse();
    }

    @Test
    @DisplayName("a refused connection does not count")
    void refusedConnectionsDoNotCount() {
        SourceLimits limits = new SourceLimits(new Limits(0, 3, PERIOD));
        for (int i = 0; i < 100; i++) {
            assertThat(limits.acquire(0, 1, 0)).isEqualTo(i < 3);
        }
        assertThat(limits.acquire(0, 1, PERIOD * 5 / 4)).isTrue();
    }

    @Test
    @DisplayName("the limit is exact over several threads")
    void exactOverThreads() throws Exception {
        SourceLimits limits = new SourceLimits(new Limits(100, 0, PERIOD));
        List<Integer> admitted =
                Crowd.run(
                        4,
                        thread -> {
                            int count = 0;
                            for (int i = 0; i < 1_000; i++) {
                                count += limits.acquire(0, 1, i) ? 1 : 0;
                            }
                            return count;
                        });
        assertThat(admitted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("no period admits more than the rate, whatever the arrival times")
    void rateIsNeverPassed(long seed) {
        Random random = new Random(seed);
        int rate = 1 + random.nextInt(10);
        SourceLimits limits = new SourceLimits(new Limits(0, rate, PERIOD));
        Deque<Long> admitted = new ArrayDeque<>();
        long now = random.nextLong();
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(4) == 0 ? random.nextInt(1_500) : random.nextInt(20);
            while (!admitted.isEmpty() && now - admitted.peekFirst() >= PERIOD) {
                admitted.removeFirst();
            }
            if (limits.acquire(0, 1, now)) {
                admitted.addLast(now);
                limits.release(0, 1, now);
            }
            assertThat(admitted.size()).isLessThanOrEqualTo(rate);
        }
    }

    @Test
    @DisplayName("a source at six sevenths of the rate is always admitted")
    void slowEnoughIsAlwaysAdmitted() {
        SourceLimits limits = new SourceLimits(new Limits(0, 70, 70 * PERIOD));
        for (int i = 0; i < 1_000; i++) {
            long now = i * (PERIOD * 7 / 6);
            assertThat(limits.acquire(0, 1, now)).isTrue();
            limits.release(0, 1, now);
        }
    }

    @Test
    @DisplayName("a changed limit counts the connections that are already open")
    void limitsChange() {
        SourceLimits limits = new SourceLimits(new Limits(5, 0, PERIOD));
        for (int i = 0; i < 5; i++) {
            assertThat(limits.acquire(0, 1, 0)).isTrue();
        }
        limits.change(new Limits(2, 0, PERIOD));
        for (int open = 5; open > 2; open--) {
            limits.release(0, 1, 0);
            assertThat(limits.acquire(0, 1, 0)).isFalse();
        }
        limits.release(0, 1, 0);
        assertThat(limits.acquire(0, 1, 0)).isTrue();
    }

    @Test
    @DisplayName("a million sources that came and went leave no entries: connections at a time")
    void sourcesAreForgotten() {
        SourceLimits limits = new SourceLimits(new Limits(1, 0, PERIOD));
        for (int source = 0; source < 1_000_000; source++) {
            assertThat(limits.acquire(0, source, source)).isTrue();
            limits.release(0, source, source);
        }
        assertThat(limits.size()).isZero();
    }

    @Test
    @DisplayName("a million sources that came and went leave few entries: a rate")
    void sourcesOfARateAreForgotten() {
        SourceLimits limits = new SourceLimits(new Limits(0, 1, PERIOD));
        int most = 0;
        for (int source = 0; source < 1_000_000; source++) {
            assertThat(limits.acquire(0, source, source)).isTrue();
            limits.release(0, source, source);
            most = Math.max(most, limits.size());
        }
        // The sources of two periods need an entry; the sweep lets that number double.
        assertThat(most).isLessThan(10_000);
    }

    @Test
    @DisplayName("the sweep keeps sources that are connected")
    void connectedSourcesAreKept() {
        SourceLimits limits = new SourceLimits(new Limits(1, 1, PERIOD));
        for (int source = 0; source < 5_000; source++) {
            assertThat(limits.acquire(1, source, 0)).isTrue();
        }
        for (int source = 0; source < 100_000; source++) {
            assertThat(limits.acquire(2, source, 10L * source)).isTrue();
            limits.release(2, source, 10L * source);
        }
        for (int source = 0; source < 5_000; source++) {
            assertThat(limits.acquire(1, source, 2_000_000)).isFalse();
        }
    }
}
