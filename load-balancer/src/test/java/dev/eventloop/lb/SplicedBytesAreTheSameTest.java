package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.relay.TransferMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Spliced, copied, or a mix of both: the bytes arrive as they were sent. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class SplicedBytesAreTheSameTest {
    private static final int LARGE = 20 * Payload.MIB;
    private static final ProcessFacts PROCESS = ProcessFacts.ofThisProcess();

    @ParameterizedTest
    @EnumSource
    @DisplayName("bulk in both directions at once")
    void bothDirections(Splice splice) throws Exception {
        byte[] up = Payload.random(1, LARGE);
        byte[] down = Payload.random(2, LARGE);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    Future<byte[]> read = Crowd.beside(client::readToEnd);
                                    client.send(down).finish();
                                    assertThat(Payload.digest(read.get()))
                                            .isEqualTo(Payload.digest(up));
                                });
                LoadBalancer lb = over(server.port(), splice).start();
                Peer client = Peer.connect(lb.port())) {
            Future<byte[]> read = Crowd.beside(client::readToEnd);
            client.send(up).finish();
            assertThat(Payload.digest(read.get())).isEqualTo(Payload.digest(down));
            server.awaitScripts();
            Await.equal(0, () -> lb.stats().active());
            LoadBalancerStats.Backend backend = lb.stats().backends().get(0);
            assertThat(backend.bytesSent()).isEqualTo(LARGE);
            assertThat(backend.bytesReceived()).isEqualTo(LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("short messages between bulk, on one connection")
    void smallAndLargeTakeTurns(Splice splice) throws Exception {
        byte[] large = Payload.random(3, 3 * Payload.MIB);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    for (int round = 0; round < 5; round++) {
                                        client.send(client.read(1)).send(large);
                                        client.send(client.read(1));
                                    }
                                });
                LoadBalancer lb = over(server.port(), splice).start();
                Peer client = Peer.connect(lb.port())) {
            for (int round = 0; round < 5; round++) {
                assertThat(client.send("a").readText(1)).isEqualTo("a");
                assertThat(client.read(large.length)).isEqualTo(large);
                assertThat(client.send("b").readText(1)).isEqualTo("b");
            }
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "urgent data in the middle of bulk stops nothing, and only the urgent byte is lost")
    void urgentData(Splice splice) throws Exception {
        byte[] part = Payload.random(4, 2 * Payload.MIB);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    client.send(part);
                                    client.socket().sendUrgentData('!');
                                    client.send(part);
                                });
                LoadBalancer lb = over(server.port(), splice).start()) {
            for (int round = 0; round < 8; round++) {
                try (Peer client = Peer.connect(lb.port())) {
                    assertThat(client.read(part.length)).isEqualTo(part);
                    assertThat(client.readToEnd()).isEqualTo(part);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a client with a full window resets: its pipe is drained and returned")
    void resetWithBytesUnderWay(Splice splice) throws Exception {
        int before = PROCESS.openPipes();
        CountDownLatch begun = new CountDownLatch(1);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    begun.await();
                                    client.sendUntilReset();
                                });
                LoadBalancer lb = over(server.port(), splice).start()) {
            for (int round = 0; round < 40; round++) {
                Peer client = Peer.connectWithSmallWindow(lb.port());
                begun.countDown();
                assertThat(client.read(200_000)).hasSize(200_000);
                client.reset();
            }
            Await.equal(Map.of(CloseReason.CLIENT_RESET, 40L), () -> lb.stats().closes());
            server.awaitScripts();
        }
        Await.equal(before, PROCESS::openPipes);
    }

    @Test
    @DisplayName("only bulk opens pipes; flows that do not block share one")
    void onePipeForMany() throws Exception {
        byte[] large = Payload.random(5, 4 * Payload.MIB);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    if (client.readText(1).equals("L")) {
                                        client.send(large);
                                    } else {
                                        client.send("s");
                                    }
                                    client.readToEnd();
                                });
                LoadBalancer lb = over(server.port(), Splice.AUTO).start()) {
            int before = PROCESS.openPipes();
            try (Peer one = Peer.connect(lb.port())) {
                assertThat(one.send("S").readText(1)).isEqualTo("s");
                assertThat(PROCESS.openPipes()).isEqualTo(before);
                for (int i = 0; i < 10; i++) {
                    try (Peer client = Peer.connect(lb.port())) {
                        assertThat(client.send("L").read(large.length)).isEqualTo(large);
                    }
                }
                assertThat(PROCESS.openPipes() - before)
                        .isBetween(2, 6); // a pipe is two fds; one flow may block
            }
        }
    }

    @Test
    @DisplayName("the number of pipes is limited, however many clients do not read")
    void pipesAreFew() throws Exception {
        List<Peer> clients = new ArrayList<>();
        try (ScriptedServer server = ScriptedServer.start(Peer::sendUntilReset);
                LoadBalancer lb = over(server.port(), Splice.ALWAYS).threads(2).start()) {
            int before = PROCESS.openPipes();
            for (int i = 0; i < 100; i++) {
                clients.add(Peer.connectWithSmallWindow(lb.port()));
            }
            Await.equal(100, () -> lb.stats().active());
            int now = Await.steady(Duration.ofMillis(500), PROCESS::openPipes);
            assertThat(now - before).isBetween(2, 2 * TransferMemory.MAX_PIPES);
            for (Peer client : clients) {
                client.reset();
            }
        }
    }

    private static LoadBalancerBuilder over(int port, Splice splice) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(1)
                .backend("127.0.0.1", port)
                .splice(splice);
    }
}
