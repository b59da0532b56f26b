package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The load balancer passes a FIN on to the other side; the opposite direction stays open. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class HalfCloseTravelsTest {
    private static final byte[] STREAM = Payload.random(18, 3 * Payload.MIB);

    @Test
    @DisplayName("the backend streams 3 MiB after the client has half-closed")
    void backendStreamsAfterTheClientsEnd() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    assertThat(client.readTextToEnd()).isEqualTo("question");
                                    client.send(STREAM);
                                });
                LoadBalancer lb = over(server).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("question").finish();
            assertThat(client.readToEnd()).isEqualTo(STREAM);
            server.awaitScripts();
            Await.equal(Map.of(CloseReason.CLIENT_CLOSED, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("the client sends SEE after the backend has half-closed")
    void clientSendsAfterTheBackendsEnd() throws Exception {
        AtomicReference<String> received = new AtomicReference<>();
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    client.send("over").finish();
                                    received.set(client.readTextToEnd());
                                });
                LoadBalancer lb = over(server).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readTextToEnd()).isEqualTo("over");
            client.send("S").send("E").send("E").finish();
            server.awaitScripts();
            assertThat(received).hasValue("SEE");
            Await.equal(Map.of(CloseReason.BACKEND_CLOSED, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("the client streams 3 MiB after the backend has half-closed")
    void clientStreamsAfterTheBackendsEnd() throws Exception {
        AtomicReference<byte[]> received = new AtomicReference<>();
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    client.finish();
                                    received.set(client.readToEnd());
                                });
                LoadBalancer lb = over(server).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readToEnd()).isEmpty();
            client.send(STREAM).finish();
            server.awaitScripts();
            assertThat(received.get()).isEqualTo(STREAM);
        }
    }

    @Test
    @DisplayName("the backend sends first, the client sends nothing")
    void serverSpeaksFirst() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    client.send("220 ready\r\n");
                                    assertThat(client.readToEnd()).isEmpty();
                                });
                LoadBalancer lb = over(server).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readText(11)).isEqualTo("220 ready\r\n");
            client.finish();
            assertThat(client.readToEnd()).isEmpty();
            server.awaitScripts();
        }
    }

    @Test
    @DisplayName("the backend sends and closes: all bytes arrive before the FIN")
    void everythingArrivesBeforeTheBackendsFin() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(client -> client.send(STREAM));
                LoadBalancer lb = over(server).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readToEnd()).isEqualTo(STREAM);
        }
    }

    @Test
    @DisplayName("the client sends ten bytes and its FIN at once")
    void tenBytesAndTheFinArrive() throws Exception {
        AtomicReference<String> received = new AtomicReference<>();
        try (ScriptedServer server =
                        ScriptedServer.start(client -> received.set(client.readTextToEnd()));
                LoadBalancer lb = over(server).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("0123456789").finish();
            assertThat(client.readToEnd()).isEmpty();
            assertThat(received).hasValue("0123456789");
        }
    }

    @Test
    @DisplayName("the client sends and closes at once: all bytes arrive")
    void bytesOfAClientThatHasGoneArrive() throws Exception {
        AtomicReference<byte[]> received = new AtomicReference<>();
        try (ScriptedServer server =
                        ScriptedServer.start(client -> received.set(client.readToEnd()));
                LoadBalancer lb = over(server).start()) {
            try (Peer client = Peer.connect(lb.port())) {
                client.send(STREAM);
            }
            Await.until("the backend has read to EOF", () -> received.get() != null);
            assertThat(received.get()).isEqualTo(STREAM);
        }
    }

    @Test
    @DisplayName("a FIN without data is passed on in both directions")
    void bareFinsTravel() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(client -> assertThat(client.readToEnd()).isEmpty());
                LoadBalancer lb = over(server).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.finish().readToEnd()).isEmpty();
            server.awaitScripts();
        }
    }

    @Test
    @DisplayName("100 connections are half-closed at the same time")
    void manyAreHalfClosedAtOnce() throws Exception {
        CountDownLatch all = new CountDownLatch(100);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    String name = client.readTextToEnd();
                                    all.countDown();
                                    all.await();
                                    client.send("to " + name);
                                });
                LoadBalancer lb = over(server).start()) {
            Crowd.run(100, i -> assertThat(ask(lb, "client " + i)).isEqualTo("to client " + i));
            Await.equal(Map.of(CloseReason.CLIENT_CLOSED, 100L), () -> lb.stats().closes());
        }
    }

    private static String ask(LoadBalancer lb, String question) throws IOException {
        try (Peer client = Peer.connect(lb.port())) {
            return client.send(question).finish().readTextToEnd();
        }
    }

    private static LoadBalancerBuilder over(ScriptedServer server) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(2)
                .backend("127.0.0.1", server.port());
    }
}
