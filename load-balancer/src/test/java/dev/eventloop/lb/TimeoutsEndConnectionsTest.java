package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Unchecked;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection on which no byte moves is closed, even if its buffers are full. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class TimeoutsEndConnectionsTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(59);

    @Test
    @DisplayName("a silent connection is closed on both sides")
    void silentConnectionEnds() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(client -> assertThat(client.readToEnd()).isEmpty());
                LoadBalancer lb = over(server.port()).idleTimeout(SHORT).start();
                Peer client = Peer.connect(lb.port())) {
            long start = System.nanoTime();
            assertThat(client.readToEnd()).isEmpty();
            assertThat(System.nanoTime() - start).as("never early").isGreaterThan(nearly(SHORT));
            Await.equal(Map.of(CloseReason.IDLE_TIMEOUT, 1L), () -> lb.stats().closes());
            server.awaitScripts();
        }
    }

    /** The client's clock starts a little after the load balancer's. */
    private static long nearly(Duration time) {
        return time.toNanos() / 2;
    }

    @Test
    @DisplayName("the time runs from the last byte")
    void idlenessCountsFromTheLastByte() throws Exception {
        Duration timeout = Duration.ofSeconds(2); // longer than an echo on a busy machine
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).idleTimeout(timeout).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").readText(1)).isEqualTo("x");
            assertThat(client.readToEnd()).isEmpty();
            Await.equal(Map.of(CloseReason.IDLE_TIMEOUT, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("a connection on which bytes move stays open for longer than the timeout")
    void busyConnectionStays() throws Exception {
        Duration timeout = Duration.ofSeconds(2);
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).idleTimeout(timeout).start();
                Peer client = Peer.connect(lb.port())) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < timeout.toNanos() * 5 / 4) {
                assertThat(client.send("x").readText(1)).isEqualTo("x");
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
            assertThat(client.send("x").finish().readTextToEnd()).isEqualTo("x");
            Await.equal(Map.of(CloseReason.CLIENT_CLOSED, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("a connection whose client does not read is idle once all buffers are full")
    void connectionWithStuckBytesEnds() throws Exception {
        byte[] pattern = Payload.random(27, Payload.MIB);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    try {
                                        while (true) {
                                            client.send(pattern);
                                        }
                                    } catch (SocketException e) {
                                        client.reset(); // the load balancer has closed the
                                        // connection
                                    }
                                });
                LoadBalancer lb = over(server.port()).idleTimeout(Duration.ofMillis(500)).start();
                Peer client = Peer.connectWithSmallWindow(lb.port())) {
            Await.equal(Map.of(CloseReason.IDLE_TIMEOUT, 1L), () -> lb.stats().closes());
            assertThat(lb.stats().active()).isZero();
            server.awaitScripts();
            byte[] first = client.read(4096);
            assertThat(first).isEqualTo(Arrays.copyOf(pattern, first.length));
            // Bytes are missing, so the stream must end with a RST, not with a FIN.
            assertThat(client.readUntilReset()).startsWith(Arrays.copyOfRange(pattern, 4096, 5000));
        }
    }

    @Test
    @DisplayName("after a FIN the half-close timeout applies: half-close-timeout")
    void halfClosedConnectionEnds() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    assertThat(client.readTextToEnd()).isEqualTo("question");
                                    released.await();
                                });
                LoadBalancer lb =
                        over(server.port()).idleTimeout(LONG).halfCloseTimeout(SHORT).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("question").finish();
            assertThat(client.readToEnd()).isEmpty();
            released.countDown();
            Await.equal(Map.of(CloseReason.HALF_CLOSE_TIMEOUT, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("the backend has half-closed, and the client stays silent")
    void connectionHalfClosedByTheBackendEnds() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> assertThat(client.finish().readToEnd()).isEmpty());
                LoadBalancer lb =
                        over(server.port()).idleTimeout(LONG).halfCloseTimeout(SHORT).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readToEnd()).isEmpty();
            Await.equal(Map.of(CloseReason.HALF_CLOSE_TIMEOUT, 1L), () -> lb.stats().closes());
            server.awaitScripts();
        }
    }

    @Test
    @DisplayName("a half-closed connection on which bytes move stays open")
    void busyHalfClosedConnectionStays() throws Exception {
        Duration timeout = Duration.ofSeconds(1);
        int parts = 75;
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    assertThat(client.readToEnd()).isEmpty();
                                    for (int i = 0; i < parts; i++) {
                                        client.send("x");
                                        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                                    }
                                });
                LoadBalancer lb =
                        over(server.port()).idleTimeout(LONG).halfCloseTimeout(timeout).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.finish().readTextToEnd()).isEqualTo("x".repeat(parts));
            Await.equal(Map.of(CloseReason.CLIENT_CLOSED, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("off: a silent connection outlives one that came later and has a limit")
    void withoutLimitItStays() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        over(server.port())
                                .idleTimeout(SHORT)
                                .frontend(
                                        "patient",
                                        f ->
                                                f.listen("127.0.0.1", 0)
                                                        .pool("default")
                                                        .idleTimeout(Duration.ZERO))
                                .start();
                Peer patient = Peer.connect(portOf("patient", lb))) {
            assertThat(patient.send("x").readText(1)).isEqualTo("x");
            try (Peer other = Peer.connect(lb.port())) {
                assertThat(other.readToEnd()).isEmpty();
            }
            assertThat(patient.send("y").finish().readTextToEnd()).isEqualTo("y");
        }
    }

    private static int portOf(String frontend, LoadBalancer lb) {
        return lb.stats().frontends().stream()
                .filter(f -> f.name().equals(frontend))
                .findFirst()
                .orElseThrow()
                .addresses()
                .get(0)
                .getPort();
    }

    private static LoadBalancerBuilder over(int port) {
        return Unchecked.builder().listen("127.0.0.1", 0).threads(1).backend("127.0.0.1", port);
    }
}
