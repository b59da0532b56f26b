package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.StayingServer;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Unchecked;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** At run time an operator changes backends, and lists and closes connections. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class OperatorChangesWhatRunsTest {
    private StayingServer a;
    private StayingServer b;
    private StayingServer c;
    private final Visitors visitors = new Visitors();
    private final Closes closes = new Closes();

    @BeforeEach
    void startServers() throws Exception {
        a = StayingServer.start("A");
        b = StayingServer.start("B");
        c = StayingServer.start("C");
    }

    @AfterEach
    void stopServers() throws Exception {
        visitors.close();
        a.close();
        b.close();
        c.close();
    }

    @Test
    @DisplayName("a removed backend gets no new connections, and keeps its open ones")
    void removedBackendKeepsItsClients() throws Exception {
        try (LoadBalancer lb = over(a, b).start()) {
            assertThat(visitors.come(lb.port(), 4)).isEqualTo("ABAB");
            lb.removeBackend(name(a));
            assertThat(lb.stats().backends()).extracting("name").containsExactly(name(b));
            assertThat(visitors.come(lb.port(), 3)).isEqualTo("BBB");
            for (Peer visitor : visitors.present()) {
                assertThat(visitor.send("still here?").readText(11)).isEqualTo("still here?");
            }
            visitors.leave("A");
            a.awaitGone();
            assertThat(closes.await(2)).extracting("backend").containsOnly(name(a));
        }
    }

    @Test
    @DisplayName("an added backend gets its share from the next connection on")
    void addedBackendGetsItsShare() throws Exception {
        try (LoadBalancer lb = over(a).start()) {
            assertThat(visitors.come(lb.port(), 3)).isEqualTo("AAA");
            lb.addBackend(BackendOptions.of("127.0.0.1", b.port()).weight(2));
            String hosts = visitors.come(lb.port(), 30);
            assertThat(hosts.replace("B", "")).hasSize(10);
            lb.removeBackend(name(a));
            lb.addBackend(BackendOptions.of("127.0.0.1", a.port()));
            assertThat(visitors.come(lb.port(), 30).replace("B", "")).hasSize(10);
        }
    }

    @Test
    @DisplayName("a backend gets another address under its name; open connections stay")
    void addressIsReplaced() throws Exception {
        try (LoadBalancer lb = named(a.port()).start()) {
            assertThat(visitors.come(lb.port(), 1)).isEqualTo("A");
            assertThat(lb.reload(named(b.port()))).isEmpty();
            assertThat(visitors.come(lb.port(), 1)).isEqualTo("B");
            assertThat(lb.stats().backends()).extracting("name").containsExactly("server");
            for (Peer visitor : visitors.present()) {
                assertThat(visitor.send("still here?").readText(11)).isEqualTo("still here?");
            }
        }
    }

    @Test
    @DisplayName("a reload names each setting that needs a restart, and keeps it")
    void whatIsFixedIsNamed() throws Exception {
        try (LoadBalancer lb = over(a).threads(1).start()) {
            int port = lb.port();
            List<String> left =
                    lb.reload(over(b).listen("127.0.0.1", port + 1).threads(2).maxClients(7));
            assertThat(left).hasSize(3).allMatch(sentence -> sentence.length() > 20);
            assertThat(lb.port()).isEqualTo(port);
            assertThat(visitors.come(port, 2)).isEqualTo("BB");
        }
    }

    @Test
    @DisplayName("an invalid change is refused with a sentence, and changes nothing")
    void whatCannotBeIsRefused() throws Exception {
        try (LoadBalancer lb = over(a, b).start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lb.addBackend(BackendOptions.of("127.0.0.1", a.port())))
                    .withMessageContaining(name(a) + " is there already");
            assertThatThrownBy(() -> lb.addBackend(BackendOptions.of("host.invalid", 80)))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("host.invalid");
            assertThatThrownBy(() -> lb.removeBackend("nobody:1"))
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessageContaining("nobody:1")
                    .hasMessageContaining(name(a));
            assertThatThrownBy(() -> lb.setWeight("nobody:1", 2))
                    .isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(() -> lb.setState("nobody:1", BackendState.DOWN))
                    .isInstanceOf(NoSuchElementException.class);
            for (int weight : new int[] {-1, 257}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> lb.setWeight(name(a), weight))
                        .withMessageContaining("0 to 256");
            }
            lb.removeBackend(name(b));
            assertThatIllegalStateException()
                    .isThrownBy(() -> lb.removeBackend(name(a)))
                    .withMessageContaining("last one");
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("AA");
        }
    }

    @Test
    @DisplayName("a new weight counts from the next connection on")
    void weightChanges() throws Exception {
        try (LoadBalancer lb = over(a, b).start()) {
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("AB");
            lb.setWeight(name(a), 4);
            assertThat(visitors.come(lb.port(), 10).replace("B", "")).hasSize(8);
            assertThat(lb.stats().backends().get(0).share()).isEqualTo(0.8);
            lb.setWeight(name(a), 1);
            assertThat(visitors.come(lb.port(), 10).replace("B", "")).hasSize(5);
        }
    }

    @Test
    @DisplayName("connections are listed, and one of them is closed")
    void connectionsAreListedAndClosed() throws Exception {
        try (LoadBalancer lb = over(a, b).start()) {
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("AB");
            Peer one = visitors.present().get(0);
            Peer two = visitors.present().get(1);
            assertThat(one.send("12345").readText(5)).isEqualTo("12345");
            List<OpenConnection> open = lb.openConnections();
            assertThat(open).hasSize(2).extracting(OpenConnection::id).doesNotHaveDuplicates();
            OpenConnection ones = of(open, one);
            assertThat(ones.backend()).isEqualTo(name(a));
            assertThat(ones.bytesUp()).isEqualTo(5);
            assertThat(ones.bytesDown()).isEqualTo(6);
            assertThat(ones.idle()).isLessThanOrEqualTo(ones.age());
            assertThat(of(open, two).backend()).isEqualTo(name(b));

            assertThat(lb.closeConnection(ones.id())).isTrue();
            assertThat(one.readToEnd()).isEmpty();
            a.awaitGone();
            assertThat(lb.closeConnection(ones.id())).isFalse();
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.KILLED);
            assertThat(two.send("still here?").readText(11)).isEqualTo("still here?");
            assertThat(lb.openConnections()).hasSize(1);
        }
    }

    @Test
    @DisplayName("an echo counts equal bytes each way, while it is open and at its end")
    void bytesAreCounted() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .backend("127.0.0.1", server.port())
                                .start()) {
            try (Peer peer = Peer.connect(lb.port())) {
                for (int round = 1; round <= 3; round++) {
                    assertThat(peer.send(new byte[10_000]).read(10_000)).hasSize(10_000);
                    List<Long> expected = List.of(round * 10_000L, round * 10_000L);
                    Await.equal(expected, () -> bytes(lb));
                }
                assertThat(peer.finish().readToEnd()).isEmpty();
            }
            Await.equal(0, () -> lb.stats().active());
            assertThat(bytes(lb)).isEqualTo(List.of(30_000L, 30_000L));
        }
    }

    private static List<Long> bytes(LoadBalancer lb) {
        LoadBalancerStats.Backend backend = lb.stats().backends().get(0);
        return List.of(backend.bytesSent(), backend.bytesReceived());
    }

    private static OpenConnection of(List<OpenConnection> open, Peer peer) {
        return open.stream()
                .filter(c -> c.client().getPort() == peer.localPort())
                .findFirst()
                .orElseThrow();
    }

    private static String name(StayingServer server) {
        return "127.0.0.1:" + server.port();
    }

    private LoadBalancerBuilder over(StayingServer... servers) {
        LoadBalancerBuilder builder =
                Unchecked.builder()
                        .listen("127.0.0.1", 0)
                        .threads(2)
                        .slowStart(Duration.ZERO)
                        .connectionListener(closes);
        for (StayingServer server : servers) {
            builder.backend("127.0.0.1", server.port());
        }
        return builder;
    }

    private static LoadBalancerBuilder named(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .backend(new BackendOptions("server", address, 1, false, 0));
    }
}
