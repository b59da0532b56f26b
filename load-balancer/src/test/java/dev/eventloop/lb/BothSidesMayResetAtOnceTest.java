package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client and its backend that reset at the same moment, with bytes under way in both directions.
 * The event that reports one reset may also be the only one that reports the other.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BothSidesMayResetAtOnceTest {
    private static final int CLIENTS = 8;
    private static final int CONNECTIONS = 400;
    private static final Duration NEVER = Duration.ofHours(1);

    @Test
    @DisplayName("no connection stays open, whatever the time limits")
    void noneStays() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(BothSidesMayResetAtOnceTest::answer);
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .threads(2)
                                .idleTimeout(NEVER)
                                .halfCloseTimeout(NEVER)
                                .backend("127.0.0.1", server.port())
                                .start()) {
            Crowd.run(CLIENTS, i -> talk(lb.port()));
            Await.equal((long) CLIENTS * CONNECTIONS, () -> lb.stats().accepted());
            Await.equal(0, () -> lb.stats().active());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a reset that is reported together with bytes is not waited for again")
    void reportedOnce(Splice splice) throws Exception {
        try (SteppedScene scene = new SteppedScene()) {
            scene.open(splice);
            int client = scene.connect();
            scene.turn();
            int backend = scene.accept();
            scene.peers().receiveBufferSize(backend, 1000);
            scene.send(client, "x".repeat(20_000)); // more than the backend's window
            scene.turn();
            scene.send(backend, "answer");
            scene.peers().reset(backend);
            scene.peers().reset(client);
            scene.turn();
            assertThat(scene.connectionsInUse()).isZero();
        }
    }

    private static void answer(Peer client) throws IOException {
        try {
            client.read(100);
            client.send(new byte[2000]);
            client.read(100);
            client.send(new byte[300]);
            client.reset();
        } catch (SocketException e) {
            // the client was faster
        }
    }

    private static String talk(int port) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            Peer client = Peer.connect(port);
            try {
                client.send(new byte[100]).read(1000);
                client.send(new byte[100]).send(new byte[300]);
                client.reset();
            } catch (SocketException e) {
                client.close();
            }
        }
        return "";
    }
}
