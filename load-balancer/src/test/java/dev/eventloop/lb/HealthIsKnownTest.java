package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.fixture.SilentPort;
import dev.eventloop.fixture.StayingServer;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Logged;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A backend that is down or taken out gets no new connections until it is up again. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class HealthIsKnownTest {
    private static final Duration CHECK = Duration.ofMillis(50);

    private StayingServer a;
    private StayingServer b;
    private final Visitors visitors = new Visitors();

    @TempDir private Path folder;

    @BeforeEach
    void startServers() throws Exception {
        a = StayingServer.start("A");
        b = StayingServer.start("B");
    }

    @AfterEach
    void stopServers() throws Exception {
        visitors.close();
        a.close();
        b.close();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("a backend goes down: its connections are kept, new ones go elsewhere")
    void connectionsAreKept(Product product) throws Exception {
        try (RunningProxy proxy = product.start(Scene.over(a.port(), b.port()).checked(), folder)) {
            assertThat(visitors.come(proxy.port(), 2)).contains("A", "B");
            a.refuse();
            proxy.awaitHealth(a.port(), false);
            assertThat(visitors.come(proxy.port(), 4)).isEqualTo("BBBB");
            for (Peer visitor : visitors.present()) {
                assertThat(visitor.send("still here?").readText(11)).isEqualTo("still here?");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("with closeWhenBackendFails only the connections of that backend are closed")
    void connectionsAreClosed(Product product) throws Exception {
        try (RunningProxy proxy =
                product.start(
                        Scene.over(a.port(), b.port()).checked().closeWhenBackendFails(), folder)) {
            assertThat(visitors.come(proxy.port(), 4)).contains("A", "B");
            a.refuse();
            a.awaitGone();
            int closed = 0;
            visitors.leave("B");
            for (Peer visitor : visitors.present()) {
                closed += isClosed(visitor) ? 1 : 0;
            }
            assertThat(closed).isEqualTo(2);
            assertThat(visitors.come(proxy.port(), 2)).isEqualTo("BB");
        }
    }

    private static boolean isClosed(Peer peer) {
        try {
            return peer.read(new byte[1], 0, 1) < 0;
        } catch (SocketException e) {
            return Peer.isReset(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("their close reason is backend-down")
    void reasonIsTold() throws Exception {
        Closes closes = new Closes();
        try (LoadBalancer lb =
                checked(a.port(), b.port())
                        .closeWhenBackendFails(true)
                        .connectionListener(closes)
                        .start()) {
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("AB");
            a.refuse();
            ClosedConnection closed = closes.await(1).get(0);
            assertThat(closed.reason()).isEqualTo(CloseReason.BACKEND_DOWN);
            assertThat(closed.backend()).isEqualTo("127.0.0.1:" + a.port());
            assertThat(lb.stats().active()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName(
            "a backend that is taken out keeps its connections, gets no new ones, and comes back")
    void operatorTakesOut(Product product) throws Exception {
        try (RunningProxy proxy = product.start(Scene.over(a.port(), b.port()).checked(), folder)) {
            proxy.awaitHealth(a.port(), true);
            assertThat(visitors.come(proxy.port(), 2)).contains("A", "B");
            proxy.use(a.port(), false);
            assertThat(visitors.come(proxy.port(), 4)).isEqualTo("BBBB");
            for (Peer visitor : visitors.present()) {
                assertThat(visitor.send("still here?").readText(11)).isEqualTo("still here?");
            }
            proxy.use(a.port(), true);
            proxy.awaitHealth(a.port(), true);
            assertThat(visitors.come(proxy.port(), 4)).matches("(AB){2}|(BA){2}");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DOWN", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("with closeWhenBackendFails an operator who sets DOWN closes the connections too")
    void takenDown(BackendState before) throws Exception {
        try (LoadBalancer lb = checked(a.port(), b.port()).closeWhenBackendFails(true).start()) {
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("AB");
            lb.setState("127.0.0.1:" + a.port(), before);
            for (Peer visitor : visitors.present()) {
                assertThat(visitor.send("still here?").readText(11)).isEqualTo("still here?");
            }
            lb.setState("127.0.0.1:" + a.port(), BackendState.DOWN);
            visitors.leave("B");
            assertThat(visitors.present()).hasSize(1).allMatch(HealthIsKnownTest::isClosed);
        }
    }

    @Test
    @DisplayName("the log names each change of health and state, and how many backends are up")
    void logTells() throws Exception {
        RefusingPort dead = RefusingPort.take();
        int port = dead.port();
        String name = "backend 127.0.0.1:" + port;
        try (Logged log = Logged.by("dev.eventloop.lb.pool");
                LoadBalancer lb = checked(port, a.port()).start()) {
            log.await(
                    name
                            + " is down after 1 failures in a row, the last one: Connection refused"
                            + " (ECONNREFUSED); 1 of 2 is up");
            dead.close();
            try (NamedServer back = NamedServer.startAt(port, "A")) {
                log.await(name + " is up; 2 of 2 are up");
                assertThat(back.port()).isEqualTo(port);
                lb.setState("127.0.0.1:" + port, BackendState.DOWN);
                log.await(name + " is set to down; 1 of 2 is up");
                lb.setState("127.0.0.1:" + port, BackendState.UP);
                log.await(name + " is set to up; 2 of 2 are up");
            }
        }
    }

    @Test
    @DisplayName("the last backend in use cannot be taken out, and the error says so")
    void lastOneStays() throws Exception {
        // HAProxy takes it out, logs "has no server available" and closes every client.
        try (LoadBalancer lb = checked(a.port(), b.port()).start()) {
            String nameOfA = "127.0.0.1:" + a.port();
            String nameOfB = "127.0.0.1:" + b.port();
            lb.setState(nameOfA, BackendState.DOWN);
            assertThat(lb.stats().backends().get(0).state()).isEqualTo(BackendState.DOWN);
            for (BackendState state : List.of(BackendState.DOWN, BackendState.DRAIN)) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> lb.setState(nameOfB, state))
                        .withMessageContaining(nameOfB + " is the last one");
            }
            assertThat(lb.isReady()).isTrue();
            assertThat(visitors.come(lb.port(), 2)).isEqualTo("BB");
        }
    }

    @Test
    @DisplayName("the load balancer is ready while a backend is up")
    void readinessFollowsHealth() throws Exception {
        RefusingPort dead = RefusingPort.take();
        int port = dead.port();
        try (LoadBalancer lb = checked(port).start()) {
            Await.until("a check marks it down", () -> !lb.isReady());
            LoadBalancerStats.Backend down = lb.stats().backends().get(0);
            assertThat(down.healthy()).isFalse();
            assertThat(down.checkFailures()).isPositive();
            assertThat(down.connectFailures()).isZero();
            dead.close();
            try (NamedServer back = NamedServer.startAt(port, "A")) {
                Await.until("a check marks it up", lb::isReady);
                assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
                assertThat(back.served()).isPositive();
            }
        }
    }

    @Test
    @DisplayName("a check fails when the connect times out")
    void checksHaveATimeout() throws Exception {
        try (SilentPort silent = SilentPort.take();
                LoadBalancer lb =
                        checked(silent.port(), a.port())
                                .connectTimeout(Duration.ofMillis(30))
                                .start()) {
            Await.until(
                    "a check marks the silent one down",
                    () -> !lb.stats().backends().get(0).healthy());
            assertThat(lb.stats().backends().get(1).healthy()).isTrue();
        }
    }

    @Test
    @DisplayName("checks end with FIN, never RST, whatever a server sends first")
    void checksArePolite() throws Exception {
        List<ScriptedServer> servers = new ArrayList<>();
        for (int preface : new int[] {0, 1, 100, 1024, 100_000}) {
            byte[] greeting = new byte[preface];
            servers.add(ScriptedServer.start(client -> greetAndAwaitEnd(client, greeting)));
        }
        int[] ports = servers.stream().mapToInt(ScriptedServer::port).toArray();
        // A check waits 1 s for the server's FIN, or its interval if that is shorter.
        try (LoadBalancer lb = checked(ports).healthCheck(Duration.ofSeconds(2)).start()) {
            for (ScriptedServer server : servers) {
                Await.until("two checks come", () -> server.accepted() >= 2);
            }
            lb.addBackend(BackendOptions.of("127.0.0.1", a.port()));
            for (int port : ports) { // a check of it may be under way
                lb.removeBackend("127.0.0.1:" + port);
            }
            for (ScriptedServer server : servers) {
                server.awaitScripts();
            }
            assertThat(lb.stats().backends()).hasSize(1);
        } finally {
            for (ScriptedServer server : servers) {
                server.close();
            }
        }
    }

    @Test
    @DisplayName("the check that marks a backend up ends with FIN, where it is the last one")
    void lastCheckIsPolite() throws Exception {
        for (int round = 0; round < 3; round++) {
            RefusingPort dead = RefusingPort.take();
            int port = dead.port();
            try (LoadBalancer lb = checked(port, a.port()).start()) {
                Await.until("a check marks it down", () -> !lb.stats().backends().get(0).healthy());
                dead.close();
                try (ScriptedServer server =
                        ScriptedServer.start(
                                InetAddress.getLoopbackAddress(),
                                port,
                                client -> greetAndAwaitEnd(client, new byte[100]))) {
                    LoadBalancerBuilder unchecked =
                            checked(port, a.port()).healthCheck(Duration.ZERO);
                    assertThat(lb.reload(unchecked)).isEmpty();
                    Await.until(
                            "a check marks it up", () -> lb.stats().backends().get(0).healthy());
                    server.awaitScripts();
                }
            }
        }
    }

    /** Sends the greeting, perhaps after the FIN of the check; expects a FIN, and no RST. */
    private static void greetAndAwaitEnd(Peer client, byte[] greeting) throws Exception {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        client.send(greeting);
        assertThat(client.readToEnd()).isEmpty();
        // After a FIN only a second send finds out about a RST.
        client.send(greeting).finish();
        assertThat(client.readToEnd()).isEmpty();
    }

    private static LoadBalancerBuilder checked(int... ports) {
        LoadBalancerBuilder builder =
                LoadBalancer.builder()
                        .listen("127.0.0.1", 0)
                        .threads(2)
                        .healthCheck(CHECK)
                        .healthFall(1)
                        .healthRise(1)
                        .slowStart(Duration.ZERO);
        for (int port : ports) {
            builder.backend("127.0.0.1", port);
        }
        return builder;
    }
}
