package dev.eventloop.lb.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.access.SourceLimits.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * However many sources connect, the memory for them does not grow; what is forgotten are those that
 * matter least.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class SourcesTakeAFixedMemoryTest {
    private static final long HOUR = 3_600_000_000_000L;
    private static final int MOST = 65_536;
    private static final int FLOOD = 1_000_000;

    /** IPv6 sources are told apart by the upper half of their address. */
    private static final long SUBNET = 0x20010db8_00000000L;

    private static SourceLimits limits(int connections, int rate) {
        return new SourceLimits(new Limits(connections, rate, HOUR, SourcePrefix.DEFAULT));
    }

    /** Sources that connect once each, and leave. */
    private static void flood(SourceLimits limits) {
        for (int source = 0; source < FLOOD; source++) {
            comesAndLeaves(limits, SUBNET + source, source);
        }
    }

    private static void comesAndLeaves(SourceLimits limits, long source, long now) {
        int prefix = limits.acquire(source, 0, now);
        if (prefix > 0) {
            limits.release(source, 0, prefix);
        }
    }

    @Test
    @DisplayName("a million sources within the period of the rate: all are admitted")
    void sourcesOfARate() {
        SourceLimits limits = limits(0, 10);
        for (int source = 0; source < FLOOD; source++) {
            assertThat(limits.acquire(SUBNET + source, 0, source)).isEqualTo(64);
            limits.release(SUBNET + source, 0, 64);
        }
        assertThat(limits.size()).isLessThanOrEqualTo(MOST);
    }

    @Test
    @DisplayName("sources that have reached their rate are still refused after the flood")
    void busySourcesAreKept() {
        SourceLimits limits = limits(0, 10);
        for (int i = 0; i < 10_000; i++) {
            comesAndLeaves(limits, i % 1_000, 0);
        }
        flood(limits);
        for (int source = 0; source < 1_000; source++) {
            assertThat(limits.acquire(source, 0, FLOOD)).isEqualTo(SourceLimits.REFUSED);
        }
    }

    @Test
    @DisplayName("sources with open connections stay counted during the flood")
    void connectedSourcesAreKept() {
        SourceLimits limits = limits(1, 0);
        for (int source = 0; source < 1_000; source++) {
            assertThat(limits.acquire(source, 0, 0)).isEqualTo(64);
        }
        flood(limits);
        for (int source = 0; source < 1_000; source++) {
            assertThat(limits.acquire(source, 0, FLOOD)).isEqualTo(SourceLimits.REFUSED);
            limits.release(source, 0, 64);
            assertThat(limits.acquire(source, 0, FLOOD)).isEqualTo(64);
        }
    }

    @Test
    @DisplayName("a million sources connected at a time: all are admitted, some uncounted")
    void moreOpenThanCounted() {
        SourceLimits limits = limits(1, 0);
        List<Integer> counted = new ArrayList<>();
        for (int source = 0; source < FLOOD; source++) {
            int prefix = limits.acquire(SUBNET + source, 0, 0);
            assertThat(prefix).isIn(64, SourceLimits.UNCOUNTED);
            if (prefix == 64) {
                counted.add(source);
            }
        }
        assertThat(counted).hasSize(MOST); // the flood finds every place
        assertThat(limits.size()).isEqualTo(MOST);
        counted.forEach(source -> limits.release(SUBNET + source, 0, 64));
        assertThat(counted).allMatch(source -> limits.acquire(SUBNET + source, 0, HOUR * 2) == 64);
    }

    @Test
    @DisplayName("the address :: is a source like others")
    void unspecifiedAddress() {
        SourceLimits limits = limits(1, 0);
        assertThat(limits.acquire(0, 0, 0)).isEqualTo(64);
        assertThat(limits.acquire(0, 0, 0)).isEqualTo(SourceLimits.REFUSED);
        flood(limits);
        assertThat(limits.acquire(0, 0, 0)).isEqualTo(SourceLimits.REFUSED);
        limits.release(0, 0, 64);
        assertThat(limits.acquire(0, 0, 0)).isEqualTo(64);
    }
}
