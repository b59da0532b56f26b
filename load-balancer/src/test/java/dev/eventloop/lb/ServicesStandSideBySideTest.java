package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.ErrnoException;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several frontends and pools in one process: each has its own limits, counters and reloads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ServicesStandSideBySideTest {
    private static final ProcessFacts PROCESS = ProcessFacts.ofThisProcess();

    private NamedServer a;
    private NamedServer b;
    private EchoServer echo;

    @BeforeEach
    void startServers() throws IOException {
        a = NamedServer.start("A");
        b = NamedServer.start("B");
        echo = EchoServer.start();
    }

    @AfterEach
    void stopServers() throws IOException {
        a.close();
        b.close();
        echo.close();
    }

    private LoadBalancerBuilder two() {
        return Unchecked.builder()
                .threads(2)
                .splice(Splice.OFF) // pipes would stay open, and count
                .frontend("web", f -> f.listen("127.0.0.1", 0).pool("app"))
                .frontend("echo", f -> f.listen("127.0.0.1", 0).pool("echo"))
                .pool("app", p -> p.backend("127.0.0.1", a.port()).backend("127.0.0.1", b.port()))
                .pool("echo", p -> p.backend("127.0.0.1", echo.port()));
    }

    private static int port(LoadBalancer lb, String frontend) {
        return stats(lb, frontend).addresses().get(0).getPort();
    }

    private static LoadBalancerStats.Frontend stats(LoadBalancer lb, String frontend) {
        return lb.stats().frontends().stream()
                .filter(f -> f.name().equals(frontend))
                .findFirst()
                .orElseThrow();
    }

    private static void echoes(Peer client, String text) throws IOException {
        assertThat(client.send(text).readText(text.length())).isEqualTo(text);
    }

    @Test
    @DisplayName("each frontend leads to its own pool, and counts its own connections")
    void eachToItsOwn() throws Exception {
        Closes closes = new Closes();
        try (LoadBalancer lb = two().connectionListener(closes).start()) {
            assertThat(NamedServer.ask(port(lb, "web"), 4)).isEqualTo("ABAB");
            try (Peer client = Peer.connect(port(lb, "echo"))) {
                echoes(client, "hello");
                Await.equal(1, () -> stats(lb, "echo").active());
            }
            closes.await(5);
            assertThat(stats(lb, "web").accepted()).isEqualTo(4);
            assertThat(stats(lb, "echo").accepted()).isEqualTo(1);
            assertThat(lb.stats().accepted()).isEqualTo(5);
            Map<String, List<String>> pools =
                    closes.await(5).stream()
                            .collect(
                                    Collectors.groupingBy(
                                            ClosedConnection::frontend,
                                            Collectors.mapping(
                                                    ClosedConnection::pool, Collectors.toList())));
            assertThat(pools.get("web")).hasSize(4).containsOnly("app");
            assertThat(pools.get("echo")).containsExactly("echo");
        }
    }

    @Test
    @DisplayName("limits and timeouts of a frontend apply only to that frontend")
    void settingsPerFrontend() throws Exception {
        Closes closes = new Closes();
        LoadBalancerBuilder builder =
                two().connectionListener(closes)
                        .idleTimeout(Duration.ofMillis(100))
                        .frontend("web", f -> f.deny("127.0.0.0/8"))
                        .frontend("short", f -> f.listen("127.0.0.1", 0).pool("echo"))
                        .frontend("echo", f -> f.idleTimeout(Duration.ZERO).maxClients(1));
        try (LoadBalancer lb = builder.start();
                Peer first = Peer.connect(port(lb, "echo"))) {
            Peer.connectAndReadUntilReset(port(lb, "web"));
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.DENIED);
            echoes(first, "one");
            try (Peer idle = Peer.connect(port(lb, "short"));
                    Peer second = Peer.connect(port(lb, "echo"))) {
                second.send("two"); // waits in the backlog: there is room for one client
                assertThat(idle.readToEnd()).isEmpty();
                assertThat(closes.await(2).get(1).reason()).isEqualTo(CloseReason.IDLE_TIMEOUT);
                echoes(first, "idle for as long");
                assertThat(stats(lb, "echo").active()).isEqualTo(1);
                assertThat(first.finish().readToEnd()).isEmpty();
                assertThat(second.readText(3)).isEqualTo("two");
            }
        }
    }

    @Test
    @DisplayName("settings of a pool apply only to that pool")
    void settingsPerPool() throws Exception {
        LoadBalancerBuilder builder =
                two().pool("app", p -> p.algorithm(Algorithm.LEAST_CONNECTIONS))
                        .pool("echo", p -> p.maxConnectionsPerBackend(1));
        try (LoadBalancer lb = builder.start();
                Peer first = Peer.connect(port(lb, "echo"))) {
            echoes(first, "one");
            Peer.connectAndReadUntilReset(port(lb, "echo"));
            assertThat(NamedServer.ask(port(lb, "web"), 2)).hasSize(2);
            lb.setState("app", "127.0.0.1:" + a.port(), BackendState.DRAIN);
            assertThat(NamedServer.ask(port(lb, "web"), 3)).isEqualTo("BBB");
            lb.addBackend("echo", BackendOptions.of("127.0.0.1", a.port()));
            assertThat(NamedServer.ask(port(lb, "echo"), 1)).isEqualTo("A");
        }
    }

    @Test
    @DisplayName("a reload adds, changes and removes frontends and pools; connections continue")
    void reload() throws Exception {
        int filesBefore;
        try (LoadBalancer lb = two().start();
                Peer client = Peer.connect(port(lb, "echo"))) {
            echoes(client, "before");
            int webPort = port(lb, "web");
            int echoPort = port(lb, "echo");
            Await.equal(0, () -> stats(lb, "web").active());
            filesBefore = settledFiles();
            LoadBalancerBuilder next =
                    Unchecked.builder()
                            .threads(2)
                            .splice(Splice.OFF)
                            .frontend("web", f -> f.listen("127.0.0.1", webPort).pool("site"))
                            .frontend("new", f -> f.listen("127.0.0.1", 0).pool("app"))
                            .pool("app", p -> p.backend("127.0.0.1", a.port()))
                            .pool("site", p -> p.backend("127.0.0.1", b.port()));
            assertThat(lb.reload(next))
                    .containsExactly(
                            "frontend web: the address stays 127.0.0.1:0; 127.0.0.1:"
                                    + webPort
                                    + " needs a restart");
            assertThat(NamedServer.ask(webPort, 2)).isEqualTo("BB");
            assertThat(NamedServer.ask(port(lb, "new"), 2)).isEqualTo("AA");
            Await.until("the removed frontend's port is free", () -> isFree(echoPort));
            echoes(client, "after");
            assertThat(lb.stats().pools())
                    .extracting(LoadBalancerStats.Pool::name)
                    .containsExactly("app", "site");
            assertThat(lb.stats().accepted()).isEqualTo(5);
            LoadBalancerBuilder last =
                    Unchecked.builder()
                            .threads(2)
                            .splice(Splice.OFF)
                            .frontend("web", f -> f.listen("127.0.0.1", 0).pool("site"))
                            .pool("site", p -> p.backend("127.0.0.1", b.port()));
            assertThat(lb.reload(last)).isEmpty();
            client.finish();
            assertThat(client.readToEnd()).isEmpty();
            Await.equal(0, () -> lb.stats().active());
            // without the two listeners of "echo", and the connection: in, out, and at the server
            Await.equal(filesBefore - 2 - 3, PROCESS::openFiles);
        }
    }

    @Test
    @DisplayName("a frontend that is renamed keeps its sockets, and no client is refused")
    void renamed() throws Exception {
        int port = FreePort.next();
        LoadBalancerBuilder old =
                two().frontend("old", f -> f.listen("127.0.0.1", port).pool("app"));
        LoadBalancerBuilder renamed =
                two().frontend("new", f -> f.listen("127.0.0.1", port).pool("app"));
        try (LoadBalancer lb = old.start()) {
            assertThat(NamedServer.ask(port, 2)).hasSize(2);
            Await.equal(0, () -> lb.stats().active());
            int files = settledFiles();
            for (int i = 0; i < 20; i++) {
                assertThat(lb.reload(i % 2 == 0 ? renamed : old)).isEmpty();
                assertThat(NamedServer.ask(port, 3)).hasSize(3);
            }
            Await.equal(62, () -> (int) lb.stats().accepted());
            Await.equal(0, () -> lb.stats().active());
            Await.equal(files, PROCESS::openFiles);
        }
    }

    /** Servers close their ends of the connections of earlier tests and requests a moment later. */
    private static int settledFiles() throws Exception {
        return Await.steady(Duration.ofMillis(200), PROCESS::openFiles);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("a reload that cannot listen changes nothing")
    void reloadFails() throws Exception {
        try (LoadBalancer lb = two().start();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int files = settledFiles();
            LoadBalancerBuilder next =
                    two().frontend("free", f -> f.listen("127.0.0.1", 0).pool("more"))
                            .frontend(
                                    "taken",
                                    f -> f.listen("127.0.0.1", taken.getLocalPort()).pool("more"))
                            .pool("more", p -> p.backend("127.0.0.1", a.port()))
                            .pool("app", p -> p.retries(0));
            assertThatThrownBy(() -> lb.reload(next))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
            assertThat(lb.stats().pools())
                    .extracting(LoadBalancerStats.Pool::name)
                    .containsExactly("app", "echo");
            Await.equal(files, PROCESS::openFiles);
            assertThat(NamedServer.ask(port(lb, "web"), 2)).isEqualTo("AB");
        }
    }

    @Test
    @DisplayName("[::] accepts IPv4 clients, unless another socket listens on 0.0.0.0 at that port")
    void bothFamilies() throws Exception {
        assumeTrue(hasV6(), "this machine has no IPv6 loopback address");
        int free = FreePort.next();
        LoadBalancerBuilder alone = two().frontend("all", f -> f.listen("::", 0).pool("app"));
        try (LoadBalancer lb = alone.start()) {
            assertThat(NamedServer.ask(port(lb, "all"), 1)).hasSize(1);
            askOverV6(port(lb, "all"));
        }
        LoadBalancerBuilder both =
                two().frontend(
                                "all",
                                f -> f.listen("0.0.0.0", free).listen("::", free).pool("app"));
        try (LoadBalancer lb = both.start()) {
            assertThat(stats(lb, "all").addresses())
                    .extracting(InetSocketAddress::getPort)
                    .containsExactly(free, free);
            assertThat(NamedServer.ask(free, 1)).hasSize(1);
            askOverV6(free);
        }
    }

    private static void askOverV6(int port) throws IOException {
        try (Peer client = Peer.connect(v6Loopback(), port)) {
            assertThat(client.readText(1)).isIn("A", "B");
        }
    }

    /** ::1. */
    private static InetAddress v6Loopback() throws IOException {
        byte[] address = new byte[16];
        address[15] = 1;
        return InetAddress.getByAddress(address);
    }

    private static boolean hasV6() {
        try (ServerSocket socket = new ServerSocket(0, 1, v6Loopback())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("contradictions are refused with a sentence before any socket is opened")
    void contradictions() throws Exception {
        assertThatThrownBy(() -> two().frontend("web", f -> f.pool("none")).start())
                .hasMessage(
                        "frontend web sends clients to pool none, which does not exist; there are"
                                + " app, echo");
        assertThatThrownBy(() -> two().pool("empty", p -> {}).start())
                .hasMessage("pool empty has no backend; at least one is needed");
        assertThatThrownBy(() -> two().frontend("deaf", f -> f.pool("app")).start())
                .hasMessage("frontend deaf has no address to listen on; give it one");
        assertThatThrownBy(() -> two().pool("a/b", p -> {}))
                .hasMessageContaining("must be 1 to 64 letters, digits");
        assertThatThrownBy(
                        () ->
                                two().frontend("x", f -> f.listen("127.0.0.1", 81).pool("app"))
                                        .frontend("y", f -> f.listen("127.0.0.1", 81).pool("app"))
                                        .start())
                .hasMessageContaining("frontends x and y both listen on 127.0.0.1:81");
        assertThatThrownBy(
                        () ->
                                two().frontend("x", f -> f.listen("127.0.0.1", 81).pool("app"))
                                        .frontend("y", f -> f.listen("::", 81).pool("app"))
                                        .start())
                .hasMessageContaining("since 127.0.0.1:81 overlaps with it");
        try (LoadBalancer lb = two().start()) {
            assertThatThrownBy(() -> lb.addBackend(BackendOptions.of("127.0.0.1", 1)))
                    .hasMessage("there are several pools; name one of app, echo");
        }
    }
}
