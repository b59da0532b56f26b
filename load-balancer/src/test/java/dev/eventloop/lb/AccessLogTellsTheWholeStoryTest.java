package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.fixture.SilentPort;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One line per connection: client, backend, attempts, bytes each way, and close reason. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class AccessLogTellsTheWholeStoryTest {
    private final StringWriter log = new StringWriter();

    @Test
    @DisplayName("a line has the backend and the bytes of both directions")
    void bytesOfBothDirectionsAreLogged() throws Exception {
        String client;
        int port;
        try (ScriptedServer server =
                        ScriptedServer.start(
                                peer -> {
                                    assertThat(peer.readTextToEnd()).isEqualTo("question");
                                    peer.send("yes");
                                });
                LoadBalancer lb = over(server.port()).start()) {
            port = server.port();
            try (Peer peer = Peer.connect(lb.port())) {
                client = "127.0.0.1:" + peer.localPort();
                assertThat(peer.send("question").finish().readTextToEnd()).isEqualTo("yes");
            }
            Await.equal(0, () -> lb.stats().active());
        }
        assertThat(line())
                .containsEntry("client", client)
                .containsEntry("backend", "127.0.0.1:" + port)
                .containsEntry("tried", "127.0.0.1:" + port)
                .containsEntry("sent", "8")
                .containsEntry("received", "3")
                .containsEntry("reason", "client-closed");
    }

    @Test
    @DisplayName("a retry logs both addresses, and bytes only for the last")
    void everyAttemptIsLogged() throws Exception {
        String tried;
        String backend;
        try (RefusingPort dead = RefusingPort.take();
                NamedServer live = NamedServer.start("A");
                LoadBalancer lb = over(dead.port(), live.port()).start()) {
            backend = "127.0.0.1:" + live.port();
            tried = "127.0.0.1:" + dead.port() + "," + backend;
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            Await.equal(0, () -> lb.stats().active());
        }
        assertThat(line())
                .containsEntry("tried", tried)
                .containsEntry("backend", backend)
                .containsEntry("sent", "0,0")
                .containsEntry("received", "0,1")
                .containsEntry("reason", "backend-closed");
    }

    @Test
    @DisplayName(
            "the time that a client takes for its PROXY header is not part of the connect time")
    void prefaceIsNotConnecting() throws Exception {
        int patience = 200;
        try (NamedServer live = NamedServer.start("A");
                LoadBalancer lb = over(live.port()).acceptProxyProtocol(true).start()) {
            try (Peer peer = Peer.connect(lb.port())) {
                Await.equal(1, () -> lb.stats().active()); // its time begins when it is accepted
                Thread.sleep(patience);
                peer.send("PROXY UNKNOWN\r\n");
                assertThat(peer.readText(1)).isEqualTo("A");
            }
            Await.equal(0, () -> lb.stats().active());
        }
        long duration = Long.parseLong(line().get("duration_ms"));
        assertThat(Long.parseLong(line().get("connect_ms")) + patience)
                .isLessThanOrEqualTo(duration);
        assertThat(Long.parseLong(line().get("first_byte_ms")) + patience)
                .isLessThanOrEqualTo(duration);
    }

    @Test
    @DisplayName("without retries a line has one address")
    void oneAttemptIsOneAddress() throws Exception {
        String tried;
        try (RefusingPort dead = RefusingPort.take();
                NamedServer live = NamedServer.start("A");
                LoadBalancer lb = over(dead.port(), live.port()).retries(0).start()) {
            tried = "127.0.0.1:" + dead.port();
            assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
            assertThat(live.served()).isZero();
            Await.equal(0, () -> lb.stats().active());
        }
        assertThat(line())
                .containsEntry("tried", tried)
                .containsEntry("backend", "-")
                .containsEntry("connect_ms", "-")
                .containsEntry("reason", "connect-refused");
    }

    @Test
    @DisplayName("the close reason is that of the last attempt")
    void timeoutIsLogged() throws Exception {
        try (SilentPort silent = SilentPort.take();
                RefusingPort dead = RefusingPort.take();
                LoadBalancer lb =
                        over(dead.port(), silent.port())
                                .connectTimeout(Duration.ofMillis(100))
                                .start()) {
            assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
            Await.equal(0, () -> lb.stats().active());
        }
        assertThat(line()).containsEntry("reason", "connect-timeout").containsEntry("sent", "0,0");
    }

    @Test
    @DisplayName("with many clients at once each line has its own client's address")
    void addressesAreNotMixedUp() throws Exception {
        Set<String> expected;
        try (ScriptedServer server = ScriptedServer.start(peer -> peer.send(peer.readTextToEnd()));
                LoadBalancer lb = over(server.port()).threads(2).start()) {
            // Each client sends as many bytes as its port number, so the bytes identify the client.
            List<String> sent =
                    Crowd.run(
                            50,
                            i -> {
                                Set<String> lines = new HashSet<>();
                                for (int round = 0; round < 10; round++) {
                                    try (Peer peer = Peer.connect(lb.port())) {
                                        int port = peer.localPort();
                                        peer.send(new byte[port]).finish();
                                        assertThat(peer.readToEnd()).hasSize(port);
                                        lines.add("127.0.0.1:" + port + " " + port);
                                    }
                                }
                                return String.join(";", lines);
                            });
            expected = new HashSet<>(List.of(String.join(";", sent).split(";", -1)));
            Await.equal(0, () -> lb.stats().active());
        }
        Set<String> logged = new HashSet<>();
        lines().forEach(line -> logged.add(line.get("client") + " " + line.get("received")));
        assertThat(lines()).hasSize(500);
        assertThat(logged).isEqualTo(expected);
    }

    @Test
    @DisplayName("close() logs the connections that it ends")
    @SuppressWarnings("try") // lb is closed while its clients are open
    void lastLinesAreWritten() throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(peer -> assertThat(peer.readToEnd()).isEmpty());
                LoadBalancer lb = over(server.port()).start();
                Peer one = Peer.connect(lb.port());
                Peer two = Peer.connect(lb.port())) {
            Await.equal(2, server::accepted);
            Await.equal(2L, () -> lb.stats().backends().get(0).connections());
            lb.close();
            assertThat(one.readToEnd()).isEmpty();
            assertThat(two.readToEnd()).isEmpty();
        }
        assertThat(lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).containsEntry("reason", "shutdown"));
    }

    private Map<String, String> line() {
        assertThat(lines()).hasSize(1);
        return lines().get(0);
    }

    private List<Map<String, String>> lines() {
        return log.toString().lines().map(AccessLogTellsTheWholeStoryTest::parse).toList();
    }

    /** {@code key=value} after the time. */
    private static Map<String, String> parse(String line) {
        Map<String, String> fields = new HashMap<>();
        Arrays.stream(line.split(" ", -1))
                .skip(1)
                .forEach(
                        field -> {
                            int equals = field.indexOf('=');
                            fields.put(field.substring(0, equals), field.substring(equals + 1));
                        });
        return fields;
    }

    private LoadBalancerBuilder over(int... ports) {
        LoadBalancerBuilder builder =
                Unchecked.builder().listen("127.0.0.1", 0).threads(1).accessLog(log);
        for (int port : ports) {
            builder.backend("127.0.0.1", port);
        }
        return builder;
    }
}
