package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Unchecked;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A connection that reaches the maximum age is closed, however busy. As in Envoy; HAProxy and nginx
 * have no such limit for TCP.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class OldConnectionsEndTest {
    private static final Duration AGE = Duration.ofMillis(300);

    private final Closes closes = new Closes();

    @Test
    @DisplayName("a busy connection is closed at the maximum age, not earlier: max-age")
    void busyOneEnds() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).maxConnectionAge(AGE).start();
                Peer client = Peer.connect(lb.port())) {
            int exchanges = 0;
            while (isAnswered(client)) {
                exchanges++;
            }
            assertThat(exchanges).isPositive();
            ClosedConnection closed = closes.await(1).get(0);
            assertThat(closed.reason()).isEqualTo(CloseReason.MAX_AGE);
            assertThat(closed.duration()).isGreaterThanOrEqualTo(AGE);
            assertThat(closed.bytesUp()).isBetween((long) exchanges, exchanges + 1L);
        }
    }

    @Test
    @DisplayName("a silent connection is closed at the maximum age, before its idle timeout")
    void silentOneEnds() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).maxConnectionAge(AGE).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readToEnd()).isEmpty();
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.MAX_AGE);
        }
    }

    @Test
    @DisplayName("a half-closed connection is closed at the maximum age")
    void halfClosedOneEnds() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start(peer -> never.await());
                LoadBalancer lb = over(server.port()).maxConnectionAge(AGE).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").finish().readToEnd()).isEmpty();
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.MAX_AGE);
        }
    }

    @Test
    @DisplayName("an idle connection is closed earlier: idle-timeout")
    void idleOneEndsBefore() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        over(server.port())
                                .maxConnectionAge(Duration.ofSeconds(50))
                                .idleTimeout(AGE)
                                .start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readToEnd()).isEmpty();
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
        }
    }

    @Test
    @DisplayName("connections that were opened together end apart, never later than at the age")
    void theyEndApart() throws Exception {
        Duration age = Duration.ofSeconds(1);
        int count = 40;
        List<Peer> peers = new ArrayList<>();
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        over(server.port())
                                .maxConnectionAge(age)
                                .maxConnectionAgeJitter(100)
                                .start()) {
            for (int i = 0; i < count; i++) {
                peers.add(Peer.connect(lb.port()));
            }
            List<ClosedConnection> ended = closes.await(count);
            assertThat(ended).allMatch(c -> c.reason() == CloseReason.MAX_AGE);
            assertThat(ended.stream().map(c -> c.duration().toMillis() / 20).distinct().count())
                    .isGreaterThan(5);
        } finally {
            for (Peer peer : peers) {
                peer.close();
            }
        }
    }

    /** False once the connection is closed. */
    private static boolean isAnswered(Peer client) throws Exception {
        try {
            return client.send("x").read(new byte[1], 0, 1) == 1;
        } catch (SocketException e) {
            return false;
        }
    }

    private LoadBalancerBuilder over(int port) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .backend("127.0.0.1", port)
                .maxConnectionAgeJitter(0)
                .connectionListener(closes);
    }
}
