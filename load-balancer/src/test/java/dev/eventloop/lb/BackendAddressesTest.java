package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A backend may be an IPv4 or IPv6 address, a host name, or a unix-domain socket. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BackendAddressesTest {
    @Test
    @DisplayName("50 requests over a unix-domain socket")
    @SuppressWarnings("try") // closing the listener ends its thread
    void unixSocketIsABackend(@TempDir Path folder) throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("backend"));
        try (ServerSocketChannel listener =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(path)) {
            Future<Integer> served = Crowd.beside(() -> echoOnce(listener));
            try (LoadBalancer lb =
                    Unchecked.builder()
                            .listen("127.0.0.1", 0)
                            .threads(2)
                            .backend(path, 1)
                            .start()) {
                for (int i = 0; i < 50; i++) {
                    try (Peer client = Peer.connect(lb.port())) {
                        client.send("request " + i).finish();
                        assertThat(client.readTextToEnd()).isEqualTo("request " + i);
                    }
                }
                Await.equal(0, () -> lb.stats().active());
                assertThat(lb.stats().backends().get(0).connections()).isEqualTo(50);
                assertThat(lb.stats().backends().get(0).name()).isEqualTo("unix:" + path);
            }
            listener.close();
            assertThat(served.get()).isEqualTo(50);
        }
    }

    @Test
    @DisplayName("a connect waits while the backlog of a unix-domain socket is full")
    @EnabledOnOs(
            value = OS.LINUX,
            disabledReason = "other systems answer ECONNREFUSED when the backlog is full")
    void fullUnixBacklogIsWaitedFor(@TempDir Path folder) throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("backend"));
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(path, 1);
                SocketChannel first = SocketChannel.open(path);
                SocketChannel second = SocketChannel.open(path); // Linux queues backlog + 1
                LoadBalancer lb = Unchecked.builder().listen(0).backend(path, 1).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("x");
            Await.equal(1L, () -> lb.stats().accepted());
            listener.accept().close();
            listener.accept().close();
            try (SocketChannel served = listener.accept()) {
                ByteBuffer one = ByteBuffer.allocate(1);
                assertThat(served.read(one)).isEqualTo(1);
                assertThat(one.get(0)).isEqualTo((byte) 'x');
            }
            assertThat(first.isOpen() && second.isOpen()).isTrue();
        }
    }

    /** Serves one connection at a time until the listener is closed. */
    private static int echoOnce(ServerSocketChannel listener) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(4096);
        int served = 0;
        while (true) {
            try (SocketChannel client = listener.accept()) {
                while (client.read(chunk.clear()) >= 0) {
                    chunk.flip();
                    while (chunk.hasRemaining()) {
                        int written = client.write(chunk);
                        assertThat(written).isPositive();
                    }
                }
                served++;
            } catch (ClosedChannelException e) {
                return served;
            }
        }
    }

    @Test
    @DisplayName("a unix-domain socket path that does not exist counts as a failed connect")
    void missingUnixSocketIsDead(@TempDir Path folder) throws Exception {
        try (NamedServer live = NamedServer.start("A");
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .backend(UnixDomainSocketAddress.of(folder.resolve("nobody")), 1)
                                .backend("127.0.0.1", live.port())
                                .start()) {
            assertThat(NamedServer.ask(lb.port(), 6)).isEqualTo("AAAAAA");
            assertThat(lb.stats().backends().get(0).connectFailures()).isPositive();
        }
    }

    @Test
    @DisplayName("IPv6 listener and backend; the log writes [::1]")
    void ipv6WorksOnBothSides() throws Exception {
        InetAddress loopback = ipv6Loopback();
        StringWriter log = new StringWriter();
        String expected;
        try (NamedServer server = NamedServer.start(loopback, "six");
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("::1", 0)
                                .threads(2)
                                .backend("::1", server.port())
                                .accessLog(log)
                                .start()) {
            try (Peer client = Peer.connect(loopback, lb.port())) {
                expected =
                        " client=[::1]:%d backend=[::1]:%d "
                                .formatted(client.localPort(), server.port())
                                .replace("[::1]", "[" + loopback.getHostAddress() + "]");
                assertThat(client.readTextToEnd()).isEqualTo("six");
            }
            Await.equal(0, () -> lb.stats().active());
        }
        assertThat(log.toString().replace("[::1]", "[" + loopback.getHostAddress() + "]"))
                .contains(expected);
    }

    @Test
    @DisplayName("an IPv4 frontend with an IPv6 backend")
    void familiesMayDiffer() throws Exception {
        try (NamedServer server = NamedServer.start(ipv6Loopback(), "six");
                LoadBalancer lb =
                        Unchecked.builder().listen(0).backend("::1", server.port()).start()) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("six");
        }
    }

    private static InetAddress ipv6Loopback() throws IOException {
        InetAddress loopback = InetAddress.getAllByName("::1")[0];
        assumeTrue(
                NetworkInterface.getByInetAddress(loopback) != null,
                "this machine has no IPv6 loopback");
        return loopback;
    }

    @Test
    @DisplayName("a host name is resolved")
    void hostNamesAreLookedUp() throws Exception {
        InetAddress localhost = InetAddress.getAllByName("localhost")[0];
        try (NamedServer server = NamedServer.start(localhost, "named");
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("localhost", 0)
                                .backend("localhost", server.port())
                                .start();
                Peer client = Peer.connect(localhost, lb.port())) {
            assertThat(client.readTextToEnd()).isEqualTo("named");
            assertThat(lb.stats().backends().get(0).name()).isEqualTo("localhost:" + server.port());
        }
    }
}
