package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Load;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A load balancer inherits the listening sockets of another one, and no client is refused. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class AnotherLoadBalancerTakesTheSocketsTest {
    private static final Duration DRAIN = Duration.ofSeconds(20);

    /** As another process has them: duplicates. */
    private static InheritedSockets duplicates(LoadBalancer of) throws IOException {
        List<ListeningSocket> all = new ArrayList<>();
        for (ListeningSocket socket : of.listeningSockets()) {
            List<Integer> fds = new ArrayList<>();
            for (int fd : socket.fds()) {
                fds.add(Sockets.system().duplicate(fd));
            }
            all.add(socket.with(fds));
        }
        return new InheritedSockets(all);
    }

    private static Set<InetSocketAddress> addresses(LoadBalancer of) {
        Set<InetSocketAddress> all = new HashSet<>();
        of.listeningSockets().forEach(socket -> all.add(socket.address()));
        return all;
    }

    private static LoadBalancerBuilder builder(int threads, AcceptMode mode, NamedServer server) {
        return LoadBalancer.builder()
                .listen("127.0.0.1", 0)
                .threads(threads)
                .acceptMode(mode)
                .backend("127.0.0.1", server.port());
    }

    @ParameterizedTest(name = "{0} threads, {1}, then {2}, {3}")
    @CsvSource({
        "2, REUSEPORT, 2, REUSEPORT",
        "3, REUSEPORT, 1, REUSEPORT",
        "1, REUSEPORT, 3, REUSEPORT",
        "2, EXCLUSIVE, 3, EXCLUSIVE",
        "2, REUSEPORT, 2, EXCLUSIVE",
        "2, EXCLUSIVE, 2, REUSEPORT",
    })
    @DisplayName("every client is served, by the old one or by the new one, and twice over")
    void noneIsRefused(int before, AcceptMode then, int after, AcceptMode now) throws Exception {
        try (NamedServer server = NamedServer.start("A")) {
            LoadBalancer last = builder(before, then, server).start();
            int port = last.port();
            Load one = new Load(port, "A");
            Load two = new Load(port, "A");
            one.awaitMore();
            for (int i = 0; i < 2; i++) { // the sockets of the second one are inherited, too
                LoadBalancer next = builder(after, now, server).inherit(duplicates(last)).start();
                assertThat(next.port()).isEqualTo(port);
                one.awaitMore();
                two.awaitMore();
                assertThat(last.drain(DRAIN, addresses(next))).isTrue();
                one.awaitMore();
                two.awaitMore();
                last = next;
            }
            one.stop();
            two.stop();
            last.close();
            assertThat(one.strange()).isEmpty();
            assertThat(two.strange()).isEmpty();
        }
    }

    @Test
    @DisplayName("what waits in the backlog of the old one is accepted by the new one")
    void backlog() throws Exception {
        try (NamedServer server = NamedServer.start("A")) {
            LoadBalancer old = builder(1, AcceptMode.REUSEPORT, server).maxClients(1).start();
            Peer first = Peer.connect(old.port());
            assertThat(first.readText(1)).isEqualTo("A");
            Peer waiting = Peer.connect(old.port());
            try (LoadBalancer next =
                    builder(1, AcceptMode.REUSEPORT, server).inherit(duplicates(old)).start()) {
                assertThat(waiting.readText(1)).isEqualTo("A");
                first.close();
                assertThat(old.drain(DRAIN, addresses(next))).isTrue();
                assertThat(NamedServer.ask(next.port(), 2)).isEqualTo("AA");
            }
            waiting.close();
        }
    }

    @Test
    @DisplayName("an address that nobody takes over is closed by the drain")
    void notTaken() throws Exception {
        try (NamedServer server = NamedServer.start("A")) {
            LoadBalancer old = builder(2, AcceptMode.REUSEPORT, server).start();
            int port = old.port();
            assertThat(old.drain(DRAIN, Set.of())).isTrue();
            try (LoadBalancer next =
                    builder(2, AcceptMode.REUSEPORT, server).listen("127.0.0.1", port).start()) {
                assertThat(NamedServer.ask(next.port(), 1)).isEqualTo("A");
            }
        }
    }
}
