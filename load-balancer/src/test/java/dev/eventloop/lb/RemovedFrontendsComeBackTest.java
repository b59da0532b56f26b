package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A frontend that a reload removes can come back in the next one, and a reload or a start that
 * fails lets no client in.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class RemovedFrontendsComeBackTest {
    private static final int ROUNDS = 20;
    private static final ProcessFacts PROCESS = ProcessFacts.ofThisProcess();

    private EchoServer echo;

    @BeforeEach
    void startServer() throws IOException {
        echo = EchoServer.start();
    }

    @AfterEach
    void stopServer() throws IOException {
        echo.close();
    }

    private LoadBalancerBuilder builder(AcceptMode mode, int threads) {
        return Unchecked.builder()
                .threads(threads)
                .acceptMode(mode)
                .splice(Splice.OFF) // pipes would stay open, and count
                .frontend("stays", f -> f.listen("127.0.0.1", 0).pool("echo"))
                .pool("echo", p -> p.backend("127.0.0.1", echo.port()));
    }

    private static void echoes(Peer client, String text) throws IOException {
        assertThat(client.send(text).readText(text.length())).isEqualTo(text);
    }

    private static LoadBalancerStats.Frontend stats(LoadBalancer lb, String frontend) {
        return lb.stats().frontends().stream()
                .filter(f -> f.name().equals(frontend))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"REUSEPORT, 1", "REUSEPORT, 3", "EXCLUSIVE, 3"})
    @DisplayName("two reloads, one after the other: the address is there, under either name")
    void comesBack(AcceptMode mode, int threads) throws Exception {
        int port = FreePort.next();
        LoadBalancerBuilder without = builder(mode, threads);
        LoadBalancerBuilder with =
                builder(mode, threads)
                        .frontend("web", f -> f.listen("127.0.0.1", port).pool("echo"));
        LoadBalancerBuilder renamed =
                builder(mode, threads)
                        .frontend("other", f -> f.listen("127.0.0.1", port).pool("echo"));
        try (LoadBalancer lb = with.start()) {
            int files = Await.steady(Duration.ofMillis(200), PROCESS::openFiles);
            for (int i = 0; i < ROUNDS; i++) {
                lb.reload(without);
                lb.reload(i % 2 == 0 ? renamed : with);
            }
            Await.until("its clients are those of web", () -> countsForWeb(lb, port));
            Await.equal(0, () -> lb.stats().active());
            Await.equal(files, PROCESS::openFiles);
            lb.reload(without);
            Await.until("the port is free", () -> isFree(port));
            lb.reload(with);
            try (Peer client = Peer.connect(port)) {
                echoes(client, "back");
            }
        }
    }

    private static boolean countsForWeb(LoadBalancer lb, int port) throws IOException {
        try (Peer client = Peer.connect(port)) {
            echoes(client, "back");
            return stats(lb, "web").active() == 1;
        }
    }

    @Test
    @DisplayName("its open connections count for the frontend of its name, and for its limit")
    void counts() throws Exception {
        int port = FreePort.next();
        LoadBalancerBuilder without = builder(AcceptMode.REUSEPORT, 1);
        LoadBalancerBuilder with =
                builder(AcceptMode.REUSEPORT, 1)
                        .frontend(
                                "web", f -> f.listen("127.0.0.1", port).pool("echo").maxClients(2));
        try (Logged logged = Logged.by("dev.eventloop.lb.runtime");
                LoadBalancer lb = with.start();
                Peer old = Peer.connect(port)) {
            echoes(old, "old");
            lb.reload(without);
            assertThat(lb.stats().active()).isEqualTo(1);
            Await.until("the port is free", () -> isFree(port));
            lb.reload(with);
            assertThat(stats(lb, "web").active()).isEqualTo(1);
            try (Peer second = Peer.connect(port);
                    Peer third = Peer.connect(port)) {
                echoes(second, "second");
                third.send("third");
                logged.await(
                        "accepting for frontend web pauses: 2 clients are connected, the limit of"
                                + " its max-clients; others wait");
                assertThat(stats(lb, "web").active()).isEqualTo(2);
                old.finish();
                assertThat(third.readText(5)).isEqualTo("third");
            }
            Await.equal(0, () -> lb.stats().active());
            assertThat(stats(lb, "web").accepted()).isEqualTo(3);
            assertThat(lb.stats().accepted()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("its open connections count for another limit that it comes back with")
    void countsForAnotherLimit() throws Exception {
        int port = FreePort.next();
        LoadBalancerBuilder without = builder(AcceptMode.REUSEPORT, 1);
        try (LoadBalancer lb = limited(port, 3, 3).start();
                Peer first = Peer.connect(port);
                Peer second = Peer.connect(port)) {
            echoes(first, "first");
            echoes(second, "second");
            lb.reload(without);
            Await.until("the port is free", () -> isFree(port));
            lb.reload(limited(port, 4, 3));
            try (Peer third = Peer.connect(port)) {
                echoes(third, "third");
                assertThat(Peer.connectAndReadUntilReset(port)).as("a fourth").isEmpty();
            }
            lb.reload(without);
            Await.until("the port is free", () -> isFree(port));
            lb.reload(limited(port, 3, 100));
            try (Peer third = Peer.connect(port);
                    Peer waiting = Peer.connect(port)) {
                echoes(third, "third");
                waiting.send("waiting");
                Await.equal(3, () -> stats(lb, "web").active());
                first.finish();
                assertThat(waiting.readText(7)).isEqualTo("waiting");
            }
        }
    }

    private LoadBalancerBuilder limited(int port, int clients, int perSource) {
        return builder(AcceptMode.REUSEPORT, 1)
                .frontend(
                        "web",
                        f ->
                                f.listen("127.0.0.1", port)
                                        .pool("echo")
                                        .maxClients(clients)
                                        .maxConnectionsPerSource(perSource));
    }

    @Test
    @DisplayName("another name and no IPv4 address of its own: it waits for the sockets to close")
    void takesOnlySocketsThatSuit() throws Exception {
        int port = FreePort.next();
        LoadBalancerBuilder before =
                builder(AcceptMode.REUSEPORT, 1)
                        .frontend(
                                "web",
                                f -> f.listen("::", port).listen("0.0.0.0", port).pool("echo"));
        LoadBalancerBuilder after =
                builder(AcceptMode.REUSEPORT, 1)
                        .frontend("other", f -> f.listen("::", port).pool("echo"));
        try (LoadBalancer lb = before.start()) {
            assertThatThrownBy(() -> lb.reload(after))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("frontend other cannot listen on port " + port + " yet")
                    .hasMessageContaining("remove that one by one reload");
            try (Peer client = Peer.connect(port)) {
                echoes(client, "still there");
            }
            lb.reload(builder(AcceptMode.REUSEPORT, 1));
            Await.until("the port is free", () -> isFree(port));
            lb.reload(after);
            try (Peer client = Peer.connect(port)) { // over IPv4
                echoes(client, "both");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"REUSEPORT, 1", "REUSEPORT, 3", "EXCLUSIVE, 3"})
    @DisplayName(
            "an address in use: clients of the other new ones are refused, not let in and reset")
    void nobodyIsLetIn(AcceptMode mode, int threads) throws Exception {
        int port = FreePort.next();
        List<Boolean> refusals = new ArrayList<>();
        Environment environment = environment(() -> refusals.add(isRefused(port)));
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            LoadBalancerBuilder next =
                    builder(mode, threads)
                            .frontend("free", f -> f.listen("127.0.0.1", port).pool("echo"))
                            .frontend(
                                    "used",
                                    f -> f.listen("127.0.0.1", used.getLocalPort()).pool("echo"));
            assertThatThrownBy(() -> next.open(environment)).isInstanceOf(ErrnoException.class);
            assertThat(refusals).containsExactly(true);
            try (LoadBalancer lb = builder(mode, threads).open(environment).run()) {
                assertThatThrownBy(() -> lb.reload(next)).isInstanceOf(ErrnoException.class);
                assertThat(refusals).containsExactly(true, true);
            }
        }
    }

    /** This machine's, with something to do when an address is in use. */
    private static Environment environment(Action whenInUse) {
        LibC system = LibC.system();
        LibC watched =
                (LibC)
                        Proxy.newProxyInstance(
                                LibC.class.getClassLoader(),
                                system.getClass().getInterfaces(),
                                (proxy, method, arguments) -> {
                                    try {
                                        Object result = method.invoke(system, arguments);
                                        if (method.getName().equals("bind")
                                                && result.equals(-Errno.EADDRINUSE)) {
                                            whenInUse.run();
                                        }
                                        return result;
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        return new Environment(
                new Sockets(watched), System::nanoTime, Clock.systemUTC(), 1, EventLoop::create);
    }

    private interface Action {
        void run() throws Exception;
    }

    private static boolean isRefused(int port) throws IOException {
        try (Peer client = Peer.connect(port)) {
            return client.localPort() < 0;
        } catch (ConnectException e) {
            return true;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
