package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Unchecked;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The statistics have the bytes that open connections have moved until they are asked for. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class StatsAreTrueWhenAskedTest {
    private static final int SIZE = 10_000;

    @Test
    @DisplayName("what a client has got back is counted both ways")
    void openConnectionsAreCounted() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).start();
                Peer peer = Peer.connect(lb.port())) {
            for (long round = 1; round <= 100; round++) {
                assertThat(peer.send(new byte[SIZE]).read(SIZE)).hasSize(SIZE);
                assertThat(bytes(lb)).containsExactly(round * SIZE, round * SIZE);
            }
        }
    }

    @Test
    @DisplayName("several who ask at the same time are told the same")
    void severalMayAsk() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).start();
                Peer peer = Peer.connect(lb.port())) {
            for (long round = 1; round <= 20; round++) {
                assertThat(peer.send(new byte[SIZE]).read(SIZE)).hasSize(SIZE);
                List<Long> expected = List.of(round * SIZE, round * SIZE);
                assertThat(Crowd.run(4, thread -> bytes(lb))).containsOnly(expected);
            }
        }
    }

    @Test
    @DisplayName("a listener may ask on the loop's thread, which has the figures itself")
    void listenersMayAsk() throws Exception {
        CompletableFuture<List<Long>> told = new CompletableFuture<>();
        CompletableFuture<LoadBalancer> running = new CompletableFuture<>();
        ConnectionListener listener =
                new ConnectionListener() {
                    @Override
                    public void closed(ClosedConnection connection) {
                        told.complete(bytes(running.join()));
                    }
                };
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).connectionListener(listener).threads(1).start();
                Peer stays = Peer.connect(lb.port())) {
            running.complete(lb);
            assertThat(stays.send(new byte[SIZE]).read(SIZE)).hasSize(SIZE);
            try (Peer goes = Peer.connect(lb.port())) {
                assertThat(goes.finish().readToEnd()).isEmpty();
            }
            assertThat(told.get(30, TimeUnit.SECONDS)).containsExactly((long) SIZE, (long) SIZE);
        }
    }

    @Test
    @DisplayName(
            "a loop that does not answer leaves its latest bytes out, and nobody waits for ever")
    void busyLoopsAreNotWaitedFor() throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).threads(1).start();
                Peer peer = Peer.connect(lb.port())) {
            assertThat(peer.send(new byte[SIZE]).read(SIZE)).hasSize(SIZE);
            lb.workers().get(0).execute(end::join);
            try {
                assertThat(lb.stats().active()).isEqualTo(1);
            } finally {
                end.complete(null);
            }
            assertThat(bytes(lb)).containsExactly((long) SIZE, (long) SIZE);
        }
    }

    private static List<Long> bytes(LoadBalancer lb) {
        LoadBalancerStats.Backend backend = lb.stats().backends().get(0);
        return List.of(backend.bytesSent(), backend.bytesReceived());
    }

    private static LoadBalancerBuilder over(EchoServer server) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(2)
                .backend("127.0.0.1", server.port());
    }
}
