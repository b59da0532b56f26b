package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RawPeer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.fixture.ScriptedServer.Script;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load balancer passes a RST on to the other side, after the bytes before it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ResetTravelsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000})
    @DisplayName("the backend resets: the client reads the bytes before it, then ECONNRESET")
    void clientGetsTheBackendsReset(int length) throws Exception {
        byte[] bytes = Payload.random(31, length);
        try (RawPeer.Server server =
                        RawPeer.serve(
                                1,
                                client -> {
                                    assertThat(client.read(2)).asString().isEqualTo("go");
                                    client.send(bytes).awaitDelivered().reset();
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("go");
            assertThat(client.readUntilReset()).isEqualTo(bytes);
            Await.equal(Map.of(CloseReason.BACKEND_RESET, 1L), () -> lb.stats().closes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    @DisplayName("the backend resets after several MiB, and the client reads slowly")
    void slowClientGetsEverythingBeforeTheReset(int mebibytes) throws Exception {
        byte[] bytes = Payload.random(32, mebibytes * Payload.MIB);
        try (RawPeer.Server server =
                        RawPeer.serve(1, client -> client.send(bytes).awaitDelivered().reset());
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connectWithSmallWindow(lb.port())) {
            assertThat(Payload.digest(readSlowlyUntilReset(client)))
                    .isEqualTo(Payload.digest(bytes));
            Await.equal(Map.of(CloseReason.BACKEND_RESET, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("the backend resets while the client does not read at all; it reads later")
    void clientThatReadsOnlyAfterTheResetGetsEverything() throws Exception {
        byte[] bytes = Payload.random(33, 40_000);
        CountDownLatch reset = new CountDownLatch(1);
        try (RawPeer.Server server =
                        RawPeer.serve(
                                1,
                                client -> {
                                    client.send(bytes).awaitDelivered().reset();
                                    reset.countDown();
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            reset.await();
            Await.equal(Map.of(CloseReason.BACKEND_RESET, 1L), () -> lb.stats().closes());
            assertThat(client.readUntilReset()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000})
    @DisplayName("the client resets: the backend reads the bytes before it, then ECONNRESET")
    void backendGetsTheClientsReset(int length) throws Exception {
        byte[] bytes = Payload.random(34, length);
        AtomicReference<byte[]> received = new AtomicReference<>();
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    client.send("hello");
                                    received.set(client.readUntilReset());
                                });
                LoadBalancer lb = over(server.port()).start()) {
            RawPeer client = RawPeer.connect(lb.port());
            assertThat(client.read(5)).asString().isEqualTo("hello");
            client.send(bytes).awaitDelivered().reset();
            server.awaitScripts();
            assertThat(received.get()).isEqualTo(bytes);
            Await.equal(Map.of(CloseReason.CLIENT_RESET, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("the client resets after 2 MiB, and the backend reads slowly")
    void slowBackendGetsEverythingBeforeTheReset() throws Exception {
        byte[] bytes = Payload.random(35, 2 * Payload.MIB);
        AtomicReference<byte[]> received = new AtomicReference<>();
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    client.send("hello");
                                    received.set(readSlowlyUntilReset(client));
                                });
                LoadBalancer lb = over(server.port()).start()) {
            RawPeer client = RawPeer.connect(lb.port());
            assertThat(client.read(5)).asString().isEqualTo("hello");
            client.send(bytes).awaitDelivered().reset();
            server.awaitScripts();
            assertThat(Payload.digest(received.get())).isEqualTo(Payload.digest(bytes));
        }
    }

    @Test
    @DisplayName(
            "bytes and a RST in one event are passed on as bytes and a RST, not as bytes and EOF")
    void noResetBecomesAnEnd() throws Exception {
        byte[] answer = Payload.random(36, 6);
        byte[] flood = new byte[256 * 1024];
        AtomicBoolean over = new AtomicBoolean();
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    if (client.readText(2).equals("go")) {
                                        client.send(answer).reset();
                                        return;
                                    }
                                    while (!over.get()) {
                                        client.send(flood);
                                    }
                                });
                LoadBalancer lb = over(server.port()).threads(1).start();
                Peer flooded = Peer.connect(lb.port())) {
            // A flood keeps the thread busy, so that bytes and RST arrive before it looks.
            flooded.send("ok").finish();
            Future<Long> floodBytes = Crowd.beside(() -> countToEnd(flooded));
            Crowd.run(
                    8,
                    i -> {
                        for (int round = 0; round < 50; round++) {
                            try (Peer client = Peer.connect(lb.port())) {
                                client.send("go");
                                assertThat(client.readUntilReset()).isEqualTo(answer);
                            }
                        }
                        return i;
                    });
            Await.equal(Map.of(CloseReason.BACKEND_RESET, 400L), () -> lb.stats().closes());
            over.set(true);
            assertThat(floodBytes.get()).isPositive();
        }
    }

    private static long countToEnd(Peer peer) throws IOException {
        byte[] sink = new byte[256 * 1024];
        long total = 0;
        int count = peer.read(sink, 0, sink.length);
        while (count >= 0) {
            total += count;
            count = peer.read(sink, 0, sink.length);
        }
        return total;
    }

    @Test
    @DisplayName("the client resets after it has half-closed, while the backend streams")
    void resetAfterAHalfCloseTravels() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    assertThat(client.readTextToEnd()).isEqualTo("bye");
                                    client.send("half");
                                    ended.await();
                                    client.sendUntilReset();
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("bye").finish();
            assertThat(client.readText(4)).isEqualTo("half");
            client.reset();
            ended.countDown();
            server.awaitScripts();
            Await.equal(Map.of(CloseReason.CLIENT_RESET, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("the client resets after it has half-closed, while the backend is silent")
    void resetAfterAHalfCloseIsHeardInSilence() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    assertThat(client.readTextToEnd()).isEqualTo("bye");
                                    client.send("half");
                                    assertThat(isResetAfterEnd(client)).isTrue();
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("bye").finish();
            assertThat(client.readText(4)).isEqualTo("half");
            client.reset();
            Await.equal(Map.of(CloseReason.CLIENT_RESET, 1L), () -> lb.stats().closes());
            server.awaitScripts();
        }
    }

    /** No write can fail here: the loop must report the reset, or a timer must look for it. */
    @Test
    @DisplayName("the client resets after it has half-closed, and neither side sends again")
    void resetAfterAHalfCloseIsNoticedWithoutASend() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    assertThat(client.readTextToEnd()).isEqualTo("bye");
                                    client.send("half");
                                    over.await();
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("bye").finish();
            assertThat(client.readText(4)).isEqualTo("half");
            client.reset();
            Await.equal(Map.of(CloseReason.CLIENT_RESET, 1L), () -> lb.stats().closes());
            over.countDown();
            server.awaitScripts();
        }
    }

    @Test
    @DisplayName("the client resets while both directions are blocked")
    void resetWhileBothDirectionsAreBlockedIsNoticed() throws Exception {
        CountDownLatch full = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (RawPeer.Server server =
                        RawPeer.serve(
                                1,
                                backend -> {
                                    backend.fill();
                                    full.countDown();
                                    over.await();
                                });
                LoadBalancer lb =
                        over(server.port()).halfCloseTimeout(Duration.ofSeconds(1)).start()) {
            RawPeer client = RawPeer.connect(lb.port());
            client.fill();
            full.await();
            client.reset();
            Await.equal(Map.of(CloseReason.CLIENT_RESET, 1L), () -> lb.stats().closes());
            over.countDown();
        }
    }

    /** After EOF a Java socket finds out about a RST only when it sends. */
    private static boolean isResetAfterEnd(Peer peer) throws Exception {
        Await.until(
                "a send fails",
                () -> {
                    try {
                        peer.send("?");
                        return false;
                    } catch (SocketException e) {
                        return true;
                    }
                });
        return true;
    }

    @Test
    @DisplayName("the backend resets after it has half-closed")
    void backendsResetAfterAHalfCloseTravels() throws Exception {
        CountDownLatch halfClosed = new CountDownLatch(1);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    client.send("half").finish();
                                    halfClosed.await();
                                    client.reset();
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readTextToEnd()).isEqualTo("half");
            halfClosed.countDown();
            client.sendUntilReset();
            Await.equal(Map.of(CloseReason.BACKEND_RESET, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("the backend resets in the middle of an upload: the client is reset")
    void backendDiesDuringAnUpload() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    assertThat(client.read(300_000)).hasSize(300_000);
                                    client.reset();
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            client.sendUntilReset();
            Await.equal(Map.of(CloseReason.BACKEND_RESET, 1L), () -> lb.stats().closes());
            server.awaitScripts();
        }
    }

    @Test
    @DisplayName("the backend answers and resets in the middle of an upload: the answer arrives")
    void answerBeforeTheResetOfAnUploadArrives() throws Exception {
        byte[] answer = "413 too large".getBytes(StandardCharsets.ISO_8859_1);
        try (RawPeer.Server server =
                        RawPeer.serve(
                                1,
                                client -> {
                                    assertThat(client.read(300_000)).hasSize(300_000);
                                    client.send(answer).awaitDelivered().reset();
                                });
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            client.send(new byte[300_000]);
            assertThat(client.readUntilReset()).isEqualTo(answer);
        }
    }

    @Test
    @DisplayName("client and backend reset at the same moment, 400 times")
    void bothResetAtOnce() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(Peer::reset);
                LoadBalancer lb = over(server.port()).start()) {
            Crowd.run(
                    20,
                    i -> {
                        for (int round = 0; round < 20; round++) {
                            connectAndReset(lb.port());
                        }
                        return i;
                    });
            Await.equal(400L, () -> total(lb.stats().closes()));
            assertThat(lb.stats().accepted()).isEqualTo(400);
            Await.equal(0, () -> lb.stats().active());
            assertThat(lb.stats().closes().keySet())
                    .isSubsetOf(CloseReason.CLIENT_RESET, CloseReason.BACKEND_RESET);
        }
    }

    @Test
    @DisplayName(
            "a backend answers and resets at once: no byte is lost, and no other backend is tried")
    void answerBeforeAnImmediateResetArrives() throws Exception {
        byte[] bytes = Payload.random(36, 100);
        Script answerAndReset = client -> client.send(bytes).reset();
        try (ScriptedServer one = ScriptedServer.start(answerAndReset);
                ScriptedServer other = ScriptedServer.start(answerAndReset);
                LoadBalancer lb = over(one.port()).backend("127.0.0.1", other.port()).start()) {
            for (int round = 0; round < 300; round++) {
                RawPeer client = RawPeer.connect(lb.port());
                assertThat(client.readUntilReset()).as("round %d", round).isEqualTo(bytes);
            }
            Await.equal(Map.of(CloseReason.BACKEND_RESET, 300L), () -> lb.stats().closes());
            assertThat(one.accepted() + other.accepted()).isEqualTo(300);
        }
    }

    private static long total(Map<CloseReason, Long> closes) {
        return closes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void connectAndReset(int port) throws IOException {
        try (Peer client = Peer.connect(port)) {
            client.send("x").reset();
        } catch (SocketException e) { // the backend reset first
            assertThat(e).hasMessageMatching("Connection reset.*|Broken pipe.*");
        }
    }

    private static byte[] readSlowlyUntilReset(Peer peer) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] chunk = new byte[16 * 1024];
        try {
            while (true) {
                int count = peer.read(chunk, 0, chunk.length);
                assertThat(count).as("FIN instead of RST").isPositive();
                read.write(chunk, 0, count);
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos()); // slow on purpose
            }
        } catch (SocketException e) {
            assertThat(Peer.isReset(e)).as("%s", e).isTrue();
            return read.toByteArray();
        }
    }

    private static LoadBalancerBuilder over(int port) {
        return Unchecked.builder().listen("127.0.0.1", 0).threads(2).backend("127.0.0.1", port);
    }
}
