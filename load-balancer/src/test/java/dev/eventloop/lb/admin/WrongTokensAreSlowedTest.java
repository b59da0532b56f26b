package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.admin.http.Source;
import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.lb.fixture.Unchecked;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever guesses the token waits for each guess; who has it is admitted all the same. Refused
 * changes are logged, a limited number of them.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class WrongTokensAreSlowedTest {
    private static final String TOKEN = "6b1f0a-secret-7c2d";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Source source(long number) {
        return new Source(0x20010db8_00000000L + number, 1, "a source");
    }

    @Test
    @DisplayName("five wrong ones from a source slow that source down, fifty in all everybody")
    void perSourceAndInAll() {
        WrongTokens tokens = new WrongTokens();
        for (int i = 0; i < 5; i++) {
            assertThat(tokens.delay(source(1))).isZero();
            tokens.add(source(1));
        }
        assertThat(tokens.delay(source(1))).isEqualTo(SECOND);
        assertThat(tokens.delay(source(2))).isZero();
        for (int i = 0; i < 45; i++) {
            assertThat(tokens.delay(source(100))).isZero();
            tokens.add(source(1000 + i));
        }
        assertThat(tokens.delay(source(100))).isEqualTo(SECOND);
        for (int i = 0; i < 100_000; i++) {
            tokens.add(source(i));
        }
        assertThat(tokens.delay(source(-1))).isEqualTo(SECOND);
    }

    @Test
    @DisplayName("a right token among wrong ones is admitted, and refused changes are logged")
    void rightOnes() throws Exception {
        try (Logged log = Logged.by(AdminServer.class.getName());
                NamedServer server = NamedServer.start("S");
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .threads(1)
                                .backend("127.0.0.1", server.port())
                                .start();
                AdminServer admin =
                        AdminServer.start(
                                lb,
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                TOKEN)) {
            String path = "/api/v1/backends/127.0.0.1%3A" + server.port();
            for (int i = 0; i < 5; i++) {
                Call guess = Call.of(admin, "PATCH", path).token("wrong-" + i);
                assertThat(guess.body("{\"weight\":9}").send().status()).isEqualTo(401);
            }
            assertThat(log.messages()).hasSize(5);
            assertThat(log.messages().get(0))
                    .startsWith("refused a change: PATCH " + path + " from 127.0.0.1:")
                    .endsWith(": the token is wrong");

            long start = System.nanoTime();
            assertThat(Call.get(admin, "/metrics").token("wrong").send().status()).isEqualTo(401);
            assertThat(Call.get(admin, "/metrics").token(TOKEN).send().status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(SECOND.multipliedBy(2));
            assertThat(log.messages()).as("reads are no changes").hasSize(5);

            for (int i = 0; i < 100; i++) {
                assertThat(Call.of(admin, "DELETE", path).send().status()).isEqualTo(401);
            }
            List<String> lines = log.messages();
            assertThat(lines).as("a flood does not fill the log").hasSize(20);
            assertThat(lb.stats().backends().get(0).weight()).isEqualTo(1);
        }
    }
}
