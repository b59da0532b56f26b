package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.Capability;
import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.lb.fixture.Unchecked;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exclusive accept: the threads share one listener, and each client wakes one of them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class OneOfTheIdleAcceptsTest {
    private static final int THREADS = 4;

    @BeforeEach
    void checkBackend() {
        try (EventLoop loop = EventLoop.create()) {
            assumeTrue(
                    loop.capabilities().contains(Capability.EXCLUSIVE),
                    loop.backendName() + " has no exclusive registrations");
        }
    }

    @Test
    @DisplayName("every client is served, and shares are exact")
    void everyClientIsServed() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                LoadBalancer lb = over(a).backend("127.0.0.1", b.port()).start()) {
            List<String> answers = Crowd.run(8, i -> NamedServer.ask(lb.port(), 50));
            assertThat(String.join("", answers)).hasSize(400);
            assertThat(a.served()).isEqualTo(200);
            assertThat(b.served()).isEqualTo(200);
            assertThat(lb.stats().accepted()).isEqualTo(400);
        }
    }

    @Test
    @DisplayName("200 concurrent clients are all accepted")
    void crowdAtOnce() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).start()) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                clients.add(Peer.connect(lb.port()));
            }
            Await.equal(200L, () -> lb.stats().accepted());
            for (Peer client : clients) {
                client.close();
            }
            Await.equal(0, () -> lb.stats().active());
        }
    }

    @Test
    @DisplayName("clients beyond the limit wait in the shared backlog and are served later")
    void clientsWaitForASlot() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).maxClients(3).start()) {
            for (int round = 0; round < 20; round++) {
                List<Peer> clients = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    clients.add(Peer.connect(lb.port()));
                }
                Await.equal(3, () -> lb.stats().active());
                for (Peer client : clients) {
                    client.close();
                }
                assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
                Await.equal(21L * (round + 1), () -> lb.stats().accepted());
                Await.equal(0, () -> lb.stats().active());
            }
        }
    }

    @Test
    @DisplayName("a drain closes the listener and waits for the open connection until its limit")
    void drain() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).start()) {
            assertThat(NamedServer.ask(lb.port(), 10)).isEqualTo("A".repeat(10));
            Peer client = Peer.connect(lb.port());
            Await.equal(1, () -> lb.stats().active());
            assertThat(lb.drain(Duration.ofMillis(200))).isFalse();
            client.close();
            assertThatThrownBy(() -> Peer.connect(lb.port())).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    @DisplayName("the port is free as soon as close() returns")
    void nothingIsLeft() throws Exception {
        try (NamedServer server = NamedServer.start("A")) {
            int port = 0;
            for (int i = 0; i < 20; i++) {
                try (LoadBalancer lb = over(server).listen("127.0.0.1", port).start()) {
                    port = lb.port();
                    assertThat(NamedServer.ask(port)).isEqualTo("A");
                }
                int closed = port;
                assertThatThrownBy(() -> Peer.connect(closed)).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    @DisplayName(
            "an event backend without exclusive registrations serves clients, and logs a warning")
    void withoutIt() throws Exception {
        try (Logged logged = Logged.by(LoadBalancer.class.getName());
                NamedServer server = NamedServer.start("A");
                LoadBalancer lb = over(server).eventBackend("poll").start()) {
            List<String> answers = Crowd.run(8, i -> NamedServer.ask(lb.port(), 10));
            assertThat(String.join("", answers)).isEqualTo("A".repeat(80));
            logged.await(
                    "the event backend poll cannot wake one thread alone: with accept exclusive each"
                            + " client wakes all that wait; use epoll, or accept reuseport");
        }
    }

    private static LoadBalancerBuilder over(NamedServer server) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(THREADS)
                .acceptMode(AcceptMode.EXCLUSIVE)
                .backend("127.0.0.1", server.port());
    }
}
