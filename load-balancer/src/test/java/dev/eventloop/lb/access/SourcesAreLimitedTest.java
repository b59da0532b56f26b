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
        assertThat(new SourceLimits(perAddress(1, 0, PERIOD)).isLimited()).isTrue();
        assertThat(new SourceLimits(perAddress(0, 1, PERIOD)).isLimited()).isTrue();
    }

    @Test
    @DisplayName("connections at a time are counted per source")
    void atATime() {
        SourceLimits limits = new SourceLimits(perAddress(2, 0, PERIOD));
        assertThat(comes(limits, 0, 1, 0)).isTrue();
        assertThat(comes(limits, 0, 1, 0)).isTrue();
        assertThat(comes(limits, 0, 1, 0)).isFalse();
        assertThat(comes(limits, 1, 1, 0)).as("another upper half").isTrue();
        assertThat(comes(limits, 0, 2, 0)).as("another lower half").isTrue();
        leaves(limits, 0, 1);
        assertThat(comes(limits, 0, 1, 0)).isTrue();
        assertThat(comes(limits, 0, 1, 0)).isFalse();
    }

    @Test
    @DisplayName("a refused connection does not count")
    void refusedConnectionsDoNotCount() {
        SourceLimits limits = new SourceLimits(perAddress(0, 3, PERIOD));
        for (int i = 0; i < 100; i++) {
            assertThat(comes(limits, 0, 1, 0)).isEqualTo(i < 3);
        }
        assertThat(comes(limits, 0, 1, PERIOD * 5 / 4)).isTrue();
    }

    @Test
    @DisplayName("the limit is exact over several threads")
    void exactOverThreads() throws Exception {
        SourceLimits limits = new SourceLimits(perAddress(100, 0, PERIOD));
        List<Integer> admitted =
                Crowd.run(
                        4,
                        thread -> {
                            int count = 0;
                            for (int i = 0; i < 1_000; i++) {
                                count += comes(limits, 0, 1, i) ? 1 : 0;
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
        SourceLimits limits = new SourceLimits(perAddress(0, rate, PERIOD));
        Deque<Long> admitted = new ArrayDeque<>();
        long now = random.nextLong();
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(4) == 0 ? random.nextInt(1_500) : random.nextInt(20);
            while (!admitted.isEmpty() && now - admitted.peekFirst() >= PERIOD) {
                admitted.removeFirst();
            }
            if (comes(limits, 0, 1, now)) {
                admitted.addLast(now);
                leaves(limits, 0, 1);
            }
            assertThat(admitted.size()).isLessThanOrEqualTo(rate);
        }
    }

    @Test
    @DisplayName("a source at six sevenths of the rate is always admitted")
    void slowEnoughIsAlwaysAdmitted() {
        SourceLimits limits = new SourceLimits(perAddress(0, 70, 70 * PERIOD));
        for (int i = 0; i < 1_000; i++) {
            long now = i * (PERIOD * 7 / 6);
            assertThat(comes(limits, 0, 1, now)).isTrue();
            leaves(limits, 0, 1);
        }
    }

    @Test
    @DisplayName("a changed limit counts the connections that are already open")
    void limitsChange() {
        SourceLimits limits = new SourceLimits(perAddress(5, 0, PERIOD));
        for (int i = 0; i < 5; i++) {
            assertThat(comes(limits, 0, 1, 0)).isTrue();
        }
        limits.change(perAddress(2, 0, PERIOD));
        for (int open = 5; open > 2; open--) {
            leaves(limits, 0, 1);
            assertThat(comes(limits, 0, 1, 0)).isFalse();
        }
        leaves(limits, 0, 1);
        assertThat(comes(limits, 0, 1, 0)).isTrue();
    }

    @Test
    @DisplayName("IPv6 addresses of a /64 are one source, and each IPv4 address is one")
    void prefixes() {
        SourceLimits limits = new SourceLimits(new Limits(1, 0, PERIOD, SourcePrefix.DEFAULT));
        assertThat(comes(limits, 0x20010db8_00000001L, 1)).isTrue();
        assertThat(comes(limits, 0x20010db8_00000001L, -1)).as("the same /64").isFalse();
        assertThat(comes(limits, 0x20010db8_00000002L, 1)).as("another /64").isTrue();
        assertThat(comes(limits, 0, 0xffff_0a00_0001L)).isTrue();
        assertThat(comes(limits, 0, 0xffff_0a00_0001L)).isFalse();
        assertThat(comes(limits, 0, 0xffff_0a00_0002L)).as("another IPv4 address").isTrue();

        SourceLimits wider = new SourceLimits(new Limits(1, 0, PERIOD, new SourcePrefix(24, 48)));
        assertThat(comes(wider, 0x20010db8_00000001L, 1)).isTrue();
        assertThat(comes(wider, 0x20010db8_0000ffffL, 2)).as("the same /48").isFalse();
        assertThat(comes(wider, 0, 0xffff_0a00_0001L)).isTrue();
        assertThat(comes(wider, 0, 0xffff_0a00_00ffL)).as("the same /24").isFalse();
        assertThat(comes(wider, 0, 0xffff_0a00_0101L)).as("another /24").isTrue();
    }

    @Test
    @DisplayName("a connection is given back to the source that it was counted for")
    void prefixChanges() {
        SourceLimits limits = new SourceLimits(new Limits(1, 0, PERIOD, SourcePrefix.DEFAULT));
        int prefix = limits.acquire(1, 1, 0);
        limits.change(perAddress(1, 0, PERIOD));
        assertThat(comes(limits, 1, 1)).as("another source than before").isTrue();
        limits.release(1, 1, prefix);
        assertThat(comes(limits, 1, 1)).isFalse();
        limits.change(new Limits(1, 0, PERIOD, SourcePrefix.DEFAULT));
        assertThat(comes(limits, 1, 1)).isTrue();
    }

    /** Tells the lower halves of IPv6 addresses apart. */
    private static Limits perAddress(int connections, int rate, long period) {
        return new Limits(connections, rate, period, new SourcePrefix(32, 128));
    }

    private static boolean comes(SourceLimits limits, long high, long low, long now) {
        return limits.acquire(high, low, now) > 0;
    }

    private static boolean comes(SourceLimits limits, long high, long low) {
        return comes(limits, high, low, 0);
    }

    private static void leaves(SourceLimits limits, long high, long low) {
        limits.release(high, low, 128);
    }
}
