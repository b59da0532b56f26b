package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.report.JsonLine;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In JSON format each connection is one line with one object, whatever its names contain. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class AccessLogIsJsonTest {
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 50_000);
    private static final InetSocketAddress LISTENER =
            InetSocketAddress.createUnresolved("::1", 8080);

    @Test
    @DisplayName("a line holds every field of a closed connection")
    void connectionIsTold() throws Exception {
        StringWriter log = new StringWriter();
        int port;
        String dead;
        String client;
        try (RefusingPort refusing = RefusingPort.take();
                ScriptedServer server =
                        ScriptedServer.start(
                                peer -> {
                                    assertThat(peer.readTextToEnd()).isEqualTo("question");
                                    peer.send("yes");
                                });
                LoadBalancer lb =
                        LoadBalancer.builder()
                                .listen("127.0.0.1", 0)
                                .threads(1)
                                .healthCheck(Duration.ZERO)
                                .backend("127.0.0.1", refusing.port())
                                .backend("127.0.0.1", server.port())
                                .accessLog(log)
                                .accessLogFormat(AccessLogFormat.JSON)
                                .start()) {
            dead = "127.0.0.1:" + refusing.port();
            port = server.port();
            try (Peer peer = Peer.connect(lb.port())) {
                client = "127.0.0.1:" + peer.localPort();
                assertThat(peer.send("question").finish().readTextToEnd()).isEqualTo("yes");
            }
            Await.equal(0, () -> lb.stats().active());
        }
        JsonNode line = JSON.readTree(log.toString());
        assertThat(line.properties())
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "time",
                        "id",
                        "client",
                        "listener",
                        "frontend",
                        "pool",
                        "backend",
                        "tried",
                        "bytes_up",
                        "bytes_down",
                        "connect_ms",
                        "first_byte_ms",
                        "duration_ms",
                        "reason");
        assertThat(Instant.parse(line.get("time").asText())).isBefore(Instant.now());
        assertThat(line.get("id").isIntegralNumber()).isTrue();
        assertThat(line.get("client").asText()).isEqualTo(client);
        assertThat(line.get("listener").asText()).startsWith("127.0.0.1:");
        assertThat(line.get("backend").asText()).isEqualTo("127.0.0.1:" + port);
        assertThat(line.get("tried"))
                .extracting(JsonNode::asText)
                .containsExactly(dead, "127.0.0.1:" + port);
        assertThat(line.get("bytes_up").asLong()).isEqualTo(8);
        assertThat(line.get("bytes_down").asLong()).isEqualTo(3);
        long connected = line.get("connect_ms").asLong();
        long first = line.get("first_byte_ms").asLong();
        assertThat(connected).isBetween(0L, first);
        assertThat(first).isBetween(connected, line.get("duration_ms").asLong());
        assertThat(line.get("reason").asText()).isEqualTo("client-closed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unix:/run/\"quoted\".sock",
                "unix:/back\\slash",
                "unix:/two\nlines\r\tand \u0000\u001f\u007f\u0085\u2028",
                "unix:/\u00e4\u4e16\ud83d\ude00",
                "unix:/half\ud83da"
            })
    @DisplayName("a JSON parser reads back any backend name unchanged")
    void anyName(String name) throws Exception {
        String line = JsonLine.of(closed(name, CloseReason.KILLED));
        assertThat(line).endsWith("}\n");
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        JsonNode read = JSON.readTree(line);
        assertThat(read.get("backend").asText()).isEqualTo(name);
        assertThat(read.get("tried").get(1).asText()).isEqualTo(name);
        assertThat(read.get("listener").asText()).isEqualTo("[::1]:8080");
        assertThat(read.get("frontend").asText()).isEqualTo("web");
        assertThat(read.get("pool").asText()).isEqualTo("app");
    }

    @ParameterizedTest
    @EnumSource(CloseReason.class)
    @DisplayName("a field without a value is null")
    void nothingIsNull(CloseReason reason) throws Exception {
        JsonNode read = JSON.readTree(JsonLine.of(closed(null, reason)));
        assertThat(read.get("pool").isNull()).isTrue();
        assertThat(read.get("backend").isNull()).isTrue();
        assertThat(read.get("tried")).isEmpty();
        assertThat(read.get("connect_ms").isNull()).isTrue();
        assertThat(read.get("first_byte_ms").isNull()).isTrue();
        assertThat(read.get("duration_ms").asLong()).isEqualTo(1234);
        assertThat(read.get("reason").asText()).isEqualTo(reason.toString());
    }

    private static ClosedConnection closed(String backend, CloseReason reason) {
        return new ClosedConnection(
                7,
                Instant.parse("2026-11-21T02:25:48.571Z"),
                CLIENT,
                LISTENER,
                "web",
                backend == null ? null : "app",
                backend == null ? List.of() : List.of("127.0.0.1:1", backend),
                backend,
                1,
                2,
                backend == null ? null : Duration.ofMillis(3),
                null,
                Duration.ofMillis(1234),
                reason);
    }
}
