package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.fixture.Hellos;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code log-empty} leaves out probes, and nobody else; {@code access-log-events} adds starts. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class AccessLogHasWhatIsAskedForTest {
    private final StringWriter log = new StringWriter();

    private LoadBalancerBuilder over(int port) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(1)
                .backend("127.0.0.1", port)
                .accessLog(log);
    }

    private List<String> lines() {
        return log.toString().lines().toList();
    }

    private static void awaitClosed(LoadBalancer lb, long count) throws Exception {
        Await.equal(
                count,
                () -> lb.stats().closes().values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    @DisplayName(
            "off: who sends nothing and closes or resets has no line; who sends a byte has one")
    void probesHaveNoLine() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).logEmpty(false).start()) {
            try (Peer closing = Peer.connect(lb.port())) {
                assertThat(closing.finish().readToEnd()).isEmpty();
            }
            Peer.connect(lb.port()).reset();
            awaitClosed(lb, 2);
            try (Peer talking = Peer.connect(lb.port())) {
                assertThat(talking.send("x").finish().readTextToEnd()).isEqualTo("x");
            }
            awaitClosed(lb, 3);
        }
        assertThat(lines()).singleElement().asString().contains("sent=1 received=1");
    }

    @Test
    @DisplayName("off: a probe that sends a PROXY header and no more has no line")
    void headersAreNotBytesOfTheClient() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        over(server.port()).logEmpty(false).acceptProxyProtocol(true).start()) {
            try (Peer probe = Peer.connect(lb.port())) {
                assertThat(probe.send("PROXY UNKNOWN\r\n").finish().readToEnd()).isEmpty();
            }
            awaitClosed(lb, 1);
            try (Peer talking = Peer.connect(lb.port())) {
                talking.send("PROXY UNKNOWN\r\nx").finish();
                assertThat(talking.readTextToEnd()).isEqualTo("x");
            }
            awaitClosed(lb, 2);
        }
        assertThat(lines()).hasSize(1);
    }

    @Test
    @DisplayName("off: a client that no backend could serve has its line, though it sent nothing")
    void failuresHaveLines() throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                LoadBalancer lb = over(dead.port()).logEmpty(false).start()) {
            assertThat(Visitors.isTurnedAway(lb.port())).isTrue();
            awaitClosed(lb, 1);
        }
        assertThat(lines()).singleElement().asString().endsWith("reason=connect-refused");
    }

    @Test
    @DisplayName("off: a client that leaves in the middle of its ClientHello has a line")
    void halfAHelloIsSomething() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        over(server.port()).logEmpty(false).route("a.example", "default").start()) {
            byte[] hello = Hellos.of("a.example");
            try (Peer half = Peer.connect(lb.port())) {
                half.send(Arrays.copyOf(hello, 20));
                Await.equal(1, () -> lb.stats().active());
                half.reset();
            }
            awaitClosed(lb, 1);
        }
        assertThat(lines()).hasSize(1);
    }

    @Test
    @DisplayName("by default everyone has a line")
    void everyoneHasALine() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port()).start()) {
            try (Peer closing = Peer.connect(lb.port())) {
                assertThat(closing.finish().readToEnd()).isEmpty();
            }
            awaitClosed(lb, 1);
        }
        assertThat(lines()).singleElement().asString().doesNotContain("event=", " id=");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("open,close: a line once a backend has accepted, and one at the end, with one id")
    void startsAreLogged(AccessLogFormat format) throws Exception {
        Set<AccessLogEvent> both = Set.of(AccessLogEvent.OPEN, AccessLogEvent.CLOSE);
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        over(server.port()).accessLogFormat(format).accessLogEvents(both).start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").readText(1)).isEqualTo("x");
            Await.until("there is a line", () -> lines().size() == 1);
            assertThat(lines().get(0))
                    .contains("open", "127.0.0.1:" + client.localPort())
                    .contains("127.0.0.1:" + server.port())
                    .doesNotContain("reason");
            assertThat(client.finish().readToEnd()).isEmpty();
            awaitClosed(lb, 1);
            Await.until("there is another", () -> lines().size() == 2);
        }
        assertThat(lines().get(1)).contains("close", "reason");
        assertThat(id(lines().get(0))).isEqualTo(id(lines().get(1))).isNotEmpty();
    }

    private static String id(String line) {
        return line.replaceFirst(".*\\bid\"?[=:]([0-9]+).*", "$1");
    }

    @Test
    @DisplayName("open: no line at the end, and none for who finds no backend")
    void startsAlone() throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        over(server.port())
                                .accessLogEvents(Set.of(AccessLogEvent.OPEN))
                                .frontend("dead", f -> f.listen("127.0.0.1", 0))
                                .pool("dead", p -> p.backend("127.0.0.1", dead.port()))
                                .start()) {
            try (Peer client = Peer.connect(lb.port())) {
                assertThat(client.send("x").finish().readTextToEnd()).isEqualTo("x");
            }
            int port =
                    lb.stats().frontends().stream()
                            .filter(f -> f.name().equals("dead"))
                            .findFirst()
                            .orElseThrow()
                            .addresses()
                            .get(0)
                            .getPort();
            assertThat(Visitors.isTurnedAway(port)).isTrue();
            awaitClosed(lb, 2);
        }
        assertThat(lines()).singleElement().asString().contains("event=open");
    }

    @Test
    @DisplayName("a log of no event is refused")
    void noEventIsNoLog() {
        assertThatThrownBy(() -> LoadBalancer.builder().accessLogEvents(Set.of()))
                .hasMessageContaining("give one at least");
    }
}
