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

/** Who is unfit, or was taken out, gets nobody; and who is back gets clients again. */
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
    @DisplayName("case 29: a backend goes down: its connections are kept, new ones go elsewhere")
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
    @DisplayName("case 29: by option they are closed, and only they")
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
    @DisplayName("case 29: the reason is backend-down")
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
    @DisplayName("case 43: who is taken out gets nobody, keeps who is there, and comes back")
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
    @DisplayName("case 29: who is taken down by the operator loses its connections by that option")
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
    @DisplayName("case 43: the log says who is up, down, and set to what, and who is left")
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
    @DisplayName("case 43: the last one can't be taken out, and a sentence says so")
    void lastOneStays() throws Exception {
        // HAProxy takes it out, says "has no server available" and turns everybody away.
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
    @DisplayName("case 43: ready means that somebody is up")
    void readinessFollowsHealth() throws Exception {
        RefusingPort dead = RefusingPort.take();
        int port = dead.port();
        try (LoadBalancer lb = checked(port).start()) {
            Await.until("it is found down", () -> !lb.isReady());
            LoadBalancerStats.Backend down = lb.stats().backends().get(0);
            assertThat(down.healthy()).isFalse();
            assertThat(down.checkFailures()).isPositive();
            assertThat(down.connectFailures()).isZero();
            dead.close();
            try (NamedServer back = NamedServer.startAt(port, "A")) {
                Await.until("it is found up", lb::isReady);
                assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
                assertThat(back.served()).isPositive();
            }
        }
    }

    @Test
    @DisplayName("a check that gets no answer in time has failed")
    void checksHaveATimeout() throws Exception {
        try (SilentPort silent = SilentPort.take();
                LoadBalancer lb =
                        checked(silent.port(), a.port())
                                .connectTimeout(Duration.ofMillis(30))
                                .start()) {
            Await.until(
                    "the silent one is found down", () -> !lb.stats().backends().get(0).healthy());
            assertThat(lb.stats().backends().get(1).healthy()).isTrue();
        }
    }

    @Test
    @DisplayName("checks end with FIN, and never RST, whatever a server says first")
    void checksArePolite() throws Exception {
        List<ScriptedServer> servers = new ArrayList<>();
        for (int preface : new int[] {0, 1, 100, 1024, 100_000}) {
            byte[] greeting = new byte[preface];
            servers.add(ScriptedServer.start(client -> greetAndAwaitEnd(client, greeting)));
        }
        int[] ports = servers.stream().mapToInt(ScriptedServer::port).toArray();
        // At shorter intervals servers would have less time for their goodbye than a second.
        try (LoadBalancer lb = checked(ports).healthCheck(Duration.ofSeconds(2)).start()) {
            for (ScriptedServer server : servers) {
                Await.until("two checks come", () -> server.accepted() >= 2);
            }
            lb.addBackend(BackendOptions.of("127.0.0.1", a.port()));
            for (int port : ports) { // the check of which goes on perhaps
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
    @DisplayName(
            "so does the last check, which finds a backend up where only the unfit are checked")
    void lastCheckIsPolite() throws Exception {
        for (int round = 0; round < 3; round++) {
            RefusingPort dead = RefusingPort.take();
            int port = dead.port();
            try (LoadBalancer lb = checked(port, a.port()).start()) {
                Await.until("it is down", () -> !lb.stats().backends().get(0).healthy());
                dead.close();
                try (ScriptedServer server =
                        ScriptedServer.start(
                                InetAddress.getLoopbackAddress(),
                                port,
                                client -> greetAndAwaitEnd(client, new byte[100]))) {
                    LoadBalancerBuilder unchecked =
                            checked(port, a.port()).healthCheck(Duration.ZERO);
                    assertThat(lb.reload(unchecked)).isEmpty();
                    Await.until("it is up", () -> lb.stats().backends().get(0).healthy());
                    server.awaitScripts();
                }
            }
        }
    }

    /** Says something after the client has perhaps said goodbye already. */
    private static void greetAndAwaitEnd(Peer client, byte[] greeting) throws Exception {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        client.send(greeting);
        assertThat(client.readToEnd()).isEmpty();
        // A reset that comes behind the FIN is only seen by who sends again.
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
