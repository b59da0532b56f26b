package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.OtherSource;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The PROXY protocol: headers sent to backends, and headers accepted from clients. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ClientsAreIntroducedTest {
    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @Test
    @DisplayName("the backend's first line names both ends, and the payload follows")
    void lineNamesTheClient() throws Exception {
        try (ScriptedServer server = readingLines(2);
                LoadBalancer lb = over(server).sendProxyProtocol(ProxyProtocol.V1).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("hello\n");
            assertThat(lines.take())
                    .isEqualTo(
                            "PROXY TCP4 127.0.0.1 127.0.0.1 "
                                    + client.localPort()
                                    + " "
                                    + lb.port()
                                    + "\r");
            assertThat(lines.take()).isEqualTo("hello");
            client.finish();
            Await.until(
                    "the backend's bytes are counted",
                    () -> lb.stats().backends().get(0).bytesSent() == 6);
        }
    }

    @Test
    @DisplayName("the address in the client's header is passed on to the backend")
    void headerOfTheClientIsPassedOn() throws Exception {
        try (ScriptedServer server = readingLines(2);
                LoadBalancer lb =
                        over(server)
                                .acceptProxyProtocol(true)
                                .sendProxyProtocol(ProxyProtocol.V1)
                                .start();
                Peer client = Peer.connect(lb.port())) {
            String line = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n";
            for (int i = 0; i < line.length(); i++) { // in pieces
                client.send(line.substring(i, i + 1));
            }
            client.send("hello\n");
            assertThat(lines.take()).isEqualTo("PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r");
            assertThat(lines.take()).isEqualTo("hello");
        }
    }

    @Test
    @DisplayName("payload in the same segment as the header reaches the backend")
    void payloadBehindTheHeaderArrives() throws Exception {
        String payload = "x".repeat(60_000) + "\n";
        try (ScriptedServer server = readingLines(1);
                LoadBalancer lb = over(server).acceptProxyProtocol(true).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("PROXY UNKNOWN\r\n" + payload);
            client.finish();
            assertThat(lines.take() + "\n").isEqualTo(payload);
        }
    }

    @Test
    @DisplayName("a connection without a valid header is closed: bad-proxy-header")
    void badHeaderIsRefused() throws Exception {
        try (ScriptedServer server = readingLines(1);
                LoadBalancer lb = over(server).acceptProxyProtocol(true).start()) {
            for (String bad : new String[] {"GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 1.2.3.4\r\n"}) {
                try (Peer client = Peer.connect(lb.port())) {
                    client.send(bad);
                    assertThat(client.readUntilReset()).isEmpty();
                }
            }
            try (Peer client = Peer.connect(lb.port())) {
                client.send("PROXY TCP4 192.0.2.7 19"); // incomplete
                client.finish();
                client.readUntilReset();
            }
            Await.equal(Map.of(CloseReason.BAD_PROXY_HEADER, 3L), () -> lb.stats().closes());
            assertThat(lb.stats().backends().get(0).connections()).isZero();
        }
    }

    @Test
    @DisplayName("access rules use the address in the header")
    void rulesAskTheHeader() throws Exception {
        try (ScriptedServer server = readingLines(1);
                LoadBalancer lb =
                        over(server).acceptProxyProtocol(true).deny("192.0.2.0/24").start();
                Peer client = Peer.connect(lb.port())) {
            client.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n");
            assertThat(client.readUntilReset()).isEmpty();
            Await.equal(Map.of(CloseReason.DENIED, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("only clients in the ranges of proxies are asked for a header, and believed")
    void onlyProxiesAreBelieved() throws Exception {
        String line = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n";
        InetAddress proxy = OtherSource.take(1);
        try (ScriptedServer server = readingLines(1);
                LoadBalancer lb =
                        over(server)
                                .acceptProxyProtocol(true)
                                .proxyProtocolFrom(proxy.getHostAddress())
                                .deny("192.0.2.0/24")
                                .start()) {
            try (Peer client = Peer.connect(lb.port())) {
                client.send(line);
                assertThat(lines.take())
                        .as("payload like any other")
                        .isEqualTo(line.strip() + "\r");
                client.finish();
                client.readToEnd();
            }
            try (Peer client = Peer.connectFrom(proxy, lb.port())) {
                client.send(line);
                assertThat(client.readUntilReset()).isEmpty();
            }
            try (Peer client = Peer.connectFrom(proxy, lb.port())) {
                client.send("GET / HTTP/1.1\r\n\r\n");
                assertThat(client.readUntilReset()).isEmpty();
            }
            Await.until(
                    "both clients of the proxy are refused",
                    () ->
                            lb.stats().closes().getOrDefault(CloseReason.DENIED, 0L) == 1
                                    && lb.stats()
                                                    .closes()
                                                    .getOrDefault(CloseReason.BAD_PROXY_HEADER, 0L)
                                            == 1);
        }
    }

    @Test
    @DisplayName("limits per source count the socket of a client that is no proxy")
    void limitsCountTheSocketOfOthers() throws Exception {
        try (ScriptedServer server = readingLines(1);
                LoadBalancer lb =
                        over(server)
                                .acceptProxyProtocol(true)
                                .proxyProtocolFrom("::1")
                                .maxRatePerSource(1, Duration.ofHours(1))
                                .start()) {
            String header = "PROXY TCP4 192.0.2.%d 198.51.100.1 4711 80\r\n";
            try (Peer client = Peer.connect(lb.port())) {
                client.send(header.formatted(0));
                assertThat(lines.take()).startsWith("PROXY");
            }
            assertThat(Peer.connectAndReadUntilReset(lb.port(), header.formatted(1))).isEmpty();
            Await.equal(1L, () -> lb.stats().closes().get(CloseReason.SOURCE_LIMIT));
        }
    }

    @Test
    @DisplayName("a health check sends a LOCAL header and closes with FIN")
    void healthCheckIsLocal() throws Exception {
        BlockingQueue<byte[]> heads = new LinkedBlockingQueue<>();
        try (ScriptedServer server =
                        ScriptedServer.start(
                                peer -> {
                                    heads.add(peer.read(16));
                                    assertThat(peer.readToEnd()).isEmpty(); // FIN, and no reset
                                });
                LoadBalancer lb =
                        over(server)
                                .healthCheck(Duration.ofMillis(50))
                                .sendProxyProtocol(ProxyProtocol.V2)
                                .start()) {
            byte[] head = heads.take();
            assertThat(head)
                    .startsWith(SIGNATURE)
                    .endsWith((byte) 0x20, (byte) 0, (byte) 0, (byte) 0);
            assertThat(lb.stats().backends().get(0).healthy()).isTrue();
        }
    }

    private ScriptedServer readingLines(int count) throws IOException {
        return ScriptedServer.start(
                peer -> {
                    for (int i = 0; i < count; i++) {
                        StringBuilder line = new StringBuilder();
                        for (byte b = peer.read(1)[0]; b != '\n'; b = peer.read(1)[0]) {
                            line.append((char) b);
                        }
                        lines.add(line.toString());
                    }
                });
    }

    private static LoadBalancerBuilder over(ScriptedServer server) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(1)
                .backend("127.0.0.1", server.port());
    }
}
