package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.BackendInfo;
import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.fixture.SilentPort;
import dev.eventloop.lb.fixture.Unchecked;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that resets while a backend is being connected to is given up at once, not at the
 * connect timeout. One that has only half-closed is not given up: it waits for its answer.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ResetEndsTheDialTest {
    private static Stream<String> backends() {
        return EventLoop.backends().stream().filter(BackendInfo::available).map(BackendInfo::name);
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("both sockets are closed, and the backend is not to blame")
    void clientThatResetsIsGivenUp(String eventBackend) throws Exception {
        try (SilentPort silent = SilentPort.take();
                LoadBalancer lb =
                        builder(eventBackend)
                                .connectTimeout(Duration.ofMinutes(10))
                                .backend("127.0.0.1", silent.port())
                                .start()) {
            for (String sent : new String[] {"", "question"}) {
                Peer client = Peer.connect(lb.port());
                client.send(sent);
                Await.until("it waits", () -> lb.stats().backends().get(0).active() == 1);
                client.reset();
                Await.until("it is gone", () -> lb.stats().active() == 0);
            }
            assertThat(lb.stats().closes()).isEqualTo(Map.of(CloseReason.CLIENT_RESET, 2L));
            assertThat(lb.stats().backends().get(0).active()).isZero();
            assertThat(lb.stats().backends().get(0).connectFailures()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("bytes and a FIN that came during the dial arrive after it")
    void halfClosedClientIsServed(String eventBackend) throws Exception {
        try (SilentPort silent = SilentPort.take();
                ScriptedServer live =
                        ScriptedServer.start(client -> client.send(client.readToEnd()));
                LoadBalancer lb =
                        builder(eventBackend)
                                .connectTimeout(Duration.ofMillis(300))
                                .backend("127.0.0.1", silent.port())
                                .backend("127.0.0.1", live.port())
                                .start();
                Peer client = Peer.connect(lb.port())) {
            Await.until("it is dialled", () -> lb.stats().active() == 1);
            assertThat(client.send("early").finish().readTextToEnd()).isEqualTo("early");
        }
    }

    private static LoadBalancerBuilder builder(String eventBackend) {
        return Unchecked.builder().listen("127.0.0.1", 0).threads(1).eventBackend(eventBackend);
    }
}
