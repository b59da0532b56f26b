package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Unchecked;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All bytes that one side sends before it closes reach the other unchanged. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class NoByteIsLostTest {
    @Test
    @DisplayName("the backend sends 1 MB and closes; the client reads slowly")
    void slowReaderGetsAllOfAMegabyte() throws Exception {
        byte[] bytes = Payload.random(51, Payload.MIB);
        try (ScriptedServer server = ScriptedServer.start(client -> client.send(bytes));
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connectWithSmallWindow(lb.port())) {
            assertThat(readSlowly(client, 8 * 1024)).isEqualTo(Payload.digest(bytes));
        }
    }

    @Test
    @DisplayName("the client sends 1 MB; the backend reads slowly")
    void slowBackendGetsAllOfAMegabyte() throws Exception {
        byte[] bytes = Payload.random(52, Payload.MIB);
        try (ScriptedServer server =
                        ScriptedServer.start(client -> client.send(readSlowly(client, 8 * 1024)));
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            client.send(bytes).finish();
            assertThat(client.readTextToEnd()).isEqualTo(Payload.digest(bytes));
        }
    }

    @Test
    @DisplayName("the backend closes long before the client begins to read")
    void bytesOutliveTheirBackend() throws Exception {
        byte[] bytes = Payload.random(53, 300_000);
        try (ScriptedServer server = ScriptedServer.start(client -> client.send(bytes));
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            Await.equal(1, server::accepted);
            server.awaitScripts();
            assertThat(client.readToEnd()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 16 * 1024, 64 * 1024, 65_537, 5_000_000})
    @DisplayName("random bytes are echoed unchanged")
    void garbageIsEchoedUnchanged(int chunk) throws Exception {
        int length = chunk == 1 ? 2000 : 8_000_000;
        byte[] bytes = Payload.random(chunk, length);
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            Future<byte[]> echo = Crowd.beside(client::readToEnd);
            for (int at = 0; at < length; at += chunk) {
                client.send(bytes, at, Math.min(chunk, length - at));
            }
            client.finish();
            assertThat(Payload.digest(echo.get())).isEqualTo(Payload.digest(bytes));
        }
    }

    @Test
    @DisplayName("both sides stream random bytes at once and read at different speeds")
    void directionsAreIndependent() throws Exception {
        byte[] upwards = Payload.random(61, 6_000_000);
        byte[] downwards = Payload.random(62, 9_000_000);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    Future<byte[]> read = Crowd.beside(client::readToEnd);
                                    client.send(downwards).finish();
                                    assertThat(Payload.digest(read.get()))
                                            .isEqualTo(Payload.digest(upwards));
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            Future<String> read = Crowd.beside(() -> readSlowly(client, 256 * 1024));
            client.send(upwards).finish();
            assertThat(read.get()).isEqualTo(Payload.digest(downwards));
            server.awaitScripts();
        }
    }

    @Test
    @DisplayName("all requests of one connection go to one backend")
    void connectionStaysOnItsBackend() throws Exception {
        try (EchoServer one = EchoServer.start();
                EchoServer two = EchoServer.start();
                LoadBalancer lb = over(one.port()).backend("127.0.0.1", two.port()).start();
                Peer client = Peer.connect(lb.port())) {
            for (int i = 0; i < 1000; i++) {
                String request = "request " + i + ";";
                assertThat(client.send(request).readText(request.length())).isEqualTo(request);
            }
            assertThat(one.accepted() + two.accepted()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("a connection with endless data does not starve the others of its thread")
    void floodStarvesNobody() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        byte[] flood = new byte[256 * 1024];
        try (ScriptedServer flooding =
                        ScriptedServer.start(
                                client -> {
                                    while (!over.get()) {
                                        client.send(flood);
                                    }
                                });
                EchoServer echo = EchoServer.start();
                LoadBalancer lb =
                        over(flooding.port()).backend("127.0.0.1", echo.port()).threads(1).start();
                Peer flooded = Peer.connect(lb.port())) {
            assertThat(flooded.read(1)).hasSize(1);
            Future<byte[]> reading =
                    Crowd.beside(
                            () -> {
                                byte[] sink = new byte[256 * 1024];
                                while (flooded.read(sink, 0, sink.length) >= 0) {}
                                return sink;
                            });
            try (Peer client = Peer.connect(lb.port())) {
                for (int i = 0; i < 500; i++) {
                    assertThat(client.send("x").readText(1)).isEqualTo("x");
                }
            }
            assertThat(reading.isDone()).as("the flood has ended").isFalse();
            over.set(true);
            assertThat(reading.get()).isNotEmpty();
        }
    }

    private static String readSlowly(Peer peer, int chunk) throws Exception {
        MessageDigest digest = Payload.sha256();
        byte[] bytes = new byte[chunk];
        int count = peer.read(bytes, 0, chunk);
        while (count >= 0) {
            digest.update(bytes, 0, count);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos()); // slow on purpose
            count = peer.read(bytes, 0, chunk);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static LoadBalancerBuilder over(int port) {
        return Unchecked.builder().listen("127.0.0.1", 0).threads(2).backend("127.0.0.1", port);
    }
}
