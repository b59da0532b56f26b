package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

/** When DNS is queried again, and that queries end with {@code close}. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class DnsIsAskedInTimeTest {
    private static final String APP = "app.test";

    @ParameterizedTest
    @CsvSource({
        "0, 0, 1", "1, 0, 1", "7, 0, 7", "3600, 0, 10", "9223372036854775807, 0, 10",
        "7, 1, 1", "7, 2, 2", "7, 4, 8", "7, 5, 10", "7, 2147483647, 10",
    })
    @DisplayName("after the TTL, but no sooner than after 1 s and no later than after the interval")
    void theTtlIsKeptWithinLimits(long ttl, int failures, long seconds) {
        assertThat(DnsBackends.nanosToWait(ttl, failures, Duration.ofSeconds(10)))
                .isEqualTo(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    @DisplayName("the interval limits a TTL of a day; another order of records is no change")
    void theIntervalWins() throws Exception {
        try (ScriptedDns dns = ScriptedDns.start().ttl(86_400)) {
            dns.answer(APP, Type.A, "127.0.0.1", "127.0.0.2", "127.0.0.3");
            DnsOptions options =
                    DnsOptions.defaults().server(dns.address()).interval(Duration.ofSeconds(1));
            try (Watched watched =
                    Watched.start(new DnsBackends(DnsName.addresses(APP, 9000), options))) {
                Await.until("asked four times", () -> dns.asked(APP, Type.A) >= 4);
                watched.await("127.0.0.1:9000", "127.0.0.2:9000", "127.0.0.3:9000");
                assertThat(watched.changes()).isEqualTo(1);
            }
        }
    }

    @Test
    @DisplayName("close ends the queries and the thread, even during a wait")
    void closedItLeavesNothingBehind() throws Exception {
        try (ScriptedDns dns = ScriptedDns.start()) {
            dns.answer(APP, Type.A, "127.0.0.1");
            Watched watched =
                    Watched.start(
                            new DnsBackends(
                                    DnsName.addresses(APP, 9000),
                                    DnsOptions.defaults().server(dns.address())));
            assertThat(threads("dns:app.test:9000")).isEqualTo(1);
            dns.fail(APP, Type.A, ScriptedDns.SILENCE);
            int before = dns.asked(APP, Type.A);
            Await.until("it waits for an answer", () -> dns.asked(APP, Type.A) > before);
            watched.close();
            Await.equal(0L, () -> threads("dns:app.test:9000"));
            assertThat(watched.changes()).isEqualTo(1);
            assertThat(threads("dnsjava NIO selector")).isZero();
        }
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }
}
