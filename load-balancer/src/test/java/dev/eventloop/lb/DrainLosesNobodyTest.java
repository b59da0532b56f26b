package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A drain accepts no new connections, and lets open ones run to their end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class DrainLosesNobodyTest {
    private static final Duration PLENTY = Duration.ofSeconds(50);

    @Test
    @DisplayName("the listener closes at once; drain() returns when the last connection ends")
    void openConnectionsGoOnToTheirEnd() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).start();
                Peer one = Peer.connect(lb.port());
                Peer two = Peer.connect(lb.port())) {
            assertThat(one.send("a").readText(1)).isEqualTo("a");
            assertThat(two.send("b").readText(1)).isEqualTo("b");
            Future<Boolean> drained = Crowd.beside(() -> lb.drain(PLENTY));
            awaitRefusal(lb.port());

            for (int i = 0; i < 100; i++) {
                assertThat(one.send("still").readText(5)).isEqualTo("still");
                assertThat(two.send("here").readText(4)).isEqualTo("here");
            }
            assertThat(one.finish().readToEnd()).isEmpty();
            assertThat(two.send("bye").readText(3)).isEqualTo("bye");
            assertThat(drained.isDone()).isFalse();
            assertThat(lb.isClosed()).isFalse();
            assertThat(two.finish().readToEnd()).isEmpty();

            assertThat(drained.get()).isTrue();
            assertThat(lb.isClosed()).isTrue();
            assertThat(lb.stats().closes()).containsOnlyKeys(CloseReason.CLIENT_CLOSED);
        }
    }

    @Test
    @DisplayName("without connections drain() returns at once")
    void idleLoadBalancerIsDrainedAtOnce() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).start()) {
            assertThat(lb.drain(PLENTY)).isTrue();
            assertThatThrownBy(() -> Peer.connect(lb.port())).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    @DisplayName("connections still open at the time limit are closed: drained")
    void limitEndsTheRest() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).start()) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                Peer client = Peer.connect(lb.port());
                assertThat(client.send("x").readText(1)).isEqualTo("x");
                clients.add(client);
            }
            clients.get(0).close();
            Await.equal(29, () -> lb.stats().active());
            assertThat(lb.drain(Duration.ofMillis(400))).isFalse();
            assertThat(lb.stats().closes())
                    .isEqualTo(Map.of(CloseReason.DRAINED, 29L, CloseReason.CLIENT_CLOSED, 1L));
            for (Peer client : clients.subList(1, 30)) {
                assertThat(client.readToEnd()).isEmpty();
                client.close();
            }
        }
    }

    @Test
    @DisplayName("a time limit of zero closes all connections at once")
    void zeroIsALimit() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").readText(1)).isEqualTo("x");
            assertThat(lb.drain(Duration.ZERO)).isFalse();
            assertThat(client.readToEnd()).isEmpty();
            assertThat(lb.stats().closes()).isEqualTo(Map.of(CloseReason.DRAINED, 1L));
        }
    }

    @Test
    @DisplayName("close() closes all connections: shutdown")
    @SuppressWarnings("try") // it is closed while its clients are still there
    void closeEndsEverything() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").readText(1)).isEqualTo("x");
            lb.close();
            assertThat(client.readToEnd()).isEmpty();
            assertThat(lb.stats().closes()).isEqualTo(Map.of(CloseReason.SHUTDOWN, 1L));
            assertThatThrownBy(() -> Peer.connect(lb.port())).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    @DisplayName("close() during a drain ends it")
    @SuppressWarnings("try") // it is closed while its clients are still there
    void closeEndsADrain() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").readText(1)).isEqualTo("x");
            Future<Boolean> drained = Crowd.beside(() -> lb.drain(PLENTY));
            awaitRefusal(lb.port());
            lb.close();
            assertThat(drained.get()).isFalse();
            assertThat(client.readToEnd()).isEmpty();
        }
    }

    @Test
    @DisplayName("clients in the backlog at that moment are served, not reset")
    void backlogIsServed() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    answer.await();
                                    client.send("served");
                                });
                LoadBalancer lb = over(server.port()).threads(1).maxClients(1).start()) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(Peer.connect(lb.port())); // seven of them have no slot
            }
            Await.equal(1, server::accepted);
            Future<Boolean> drained = Crowd.beside(() -> lb.drain(PLENTY));
            awaitRefusal(lb.port());
            answer.countDown();
            for (Peer client : clients) {
                try (client) {
                    assertThat(client.readTextToEnd()).isEqualTo("served");
                }
            }
            assertThat(drained.get()).isTrue();
        }
    }

    @RepeatedTest(10)
    @DisplayName("a drain under load fails no connection that was established")
    void nobodyInFlightFails() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server.port()).start()) {
            int port = lb.port();
            Future<List<Integer>> crowd =
                    Crowd.beside(() -> Crowd.run(16, i -> askUntilRefused(port, answered)));
            Await.until("requests are in flight", () -> answered.get() > 100);
            assertThat(lb.drain(PLENTY)).isTrue();
            int total = crowd.get().stream().mapToInt(Integer::intValue).sum();
            assertThat(total).isEqualTo(answered.get()).isEqualTo(server.served());
            assertThat(lb.stats().closes())
                    .isEqualTo(Map.of(CloseReason.BACKEND_CLOSED, (long) total));
        }
    }

    private static int askUntilRefused(int port, AtomicInteger answered) throws IOException {
        int count = 0;
        while (true) {
            Peer client;
            try {
                client = Peer.connect(port);
            } catch (ConnectException e) { // the listener is closed
                return count;
            }
            try (client) {
                assertThat(client.readTextToEnd()).isEqualTo("A");
            }
            answered.incrementAndGet();
            count++;
        }
    }

    private static void awaitRefusal(int port) throws Exception {
        Await.until(
                "connects are refused",
                () -> {
                    try (Peer late = Peer.connect(port)) {
                        return late.localPort() < 0;
                    } catch (ConnectException e) {
                        return true;
                    }
                });
    }

    private static LoadBalancerBuilder over(int port) {
        return Unchecked.builder().listen("127.0.0.1", 0).threads(2).backend("127.0.0.1", port);
    }
}
