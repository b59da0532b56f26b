package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Hellos;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Routing by TLS server name without terminating TLS, beside HAProxy and nginx. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class EverybodyRoutesAlikeTest {
    private final Map<String, ScriptedServer> servers = new LinkedHashMap<>();

    @TempDir private Path folder;

    @BeforeEach
    void startServers() throws IOException {
        for (String name : new String[] {"site", "api", "shop"}) {
            servers.put(name, ScriptedServer.start(client -> answer(name, client)));
        }
    }

    /** Sends the name, and then back what comes; nginx does not pass a half-close on. */
    private static void answer(String name, Peer client) throws IOException {
        client.send(name + ":");
        byte[] chunk = new byte[4096];
        int count = client.read(chunk, 0, chunk.length);
        while (count >= 0) {
            client.send(chunk, 0, count);
            count = client.read(chunk, 0, chunk.length);
        }
    }

    @AfterEach
    void stopServers() throws IOException {
        for (ScriptedServer server : servers.values()) {
            server.close();
        }
    }

    private RunningProxy start(Product product) throws Exception {
        Scene scene =
                Scene.over(servers.get("site").port())
                        .route("api.example.org", servers.get("api").port())
                        .route("*.shop.example.org", servers.get("shop").port());
        return product.start(scene, folder);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("each server name reaches its server, and the hello arrives unchanged")
    void names(Product product) throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("api.example.org", "api");
        expected.put("API.EXAMPLE.ORG", "api");
        expected.put("x.api.example.org", "site");
        expected.put("a.shop.example.org", "shop");
        expected.put("a.b.shop.example.org", "shop");
        expected.put("shop.example.org", "site");
        expected.put("ashop.example.org", "site");
        expected.put("example.org", "site");
        try (RunningProxy proxy = start(product)) {
            for (Map.Entry<String, String> each : expected.entrySet()) {
                byte[] hello = Hellos.of(each.getKey(), "h2", "http/1.1");
                assertAnswer(proxy, hello, each.getValue());
            }
            assertAnswer(proxy, Hellos.of(null), "site");
        }
    }

    private static void assertAnswer(RunningProxy proxy, byte[] sent, String server)
            throws IOException {
        try (Peer client = Peer.connect(proxy.port())) {
            client.send(sent);
            assertThat(client.readText(server.length() + 1)).isEqualTo(server + ":");
            assertThat(client.read(sent.length)).isEqualTo(sent);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("a hello in many segments is read like one in one segment")
    void segments(Product product) throws Exception {
        byte[] hello = Hellos.of("a.shop.example.org");
        try (RunningProxy proxy = start(product);
                Peer client = Peer.connect(proxy.port())) {
            for (int i = 0; i < hello.length; i += 11) {
                client.send(hello, i, Math.min(11, hello.length - i));
            }
            assertThat(client.readText(5)).isEqualTo("shop:");
            assertThat(client.read(hello.length)).isEqualTo(hello);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("a client that speaks no TLS reaches the default")
    void noTls(Product product) throws Exception {
        try (RunningProxy proxy = start(product)) {
            assertAnswer(
                    proxy, "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "site");
        }
    }
}
