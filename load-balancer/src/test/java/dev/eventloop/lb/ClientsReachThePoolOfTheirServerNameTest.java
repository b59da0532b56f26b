package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Hellos;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A frontend with routes reads the client's TLS ClientHello, and passes it on unchanged. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ClientsReachThePoolOfTheirServerNameTest {
    private ScriptedServer api;
    private ScriptedServer shop;
    private ScriptedServer h2;
    private ScriptedServer site;

    @BeforeEach
    void startServers() throws IOException {
        api = named("api");
        shop = named("shop");
        h2 = named("h2");
        site = named("site");
    }

    /** A server that sends its name, then echoes every byte. */
    private static ScriptedServer named(String name) throws IOException {
        return ScriptedServer.start(
                peer -> {
                    peer.send(name + ":");
                    byte[] chunk = new byte[4096];
                    int count = peer.read(chunk, 0, chunk.length);
                    while (count >= 0) {
                        peer.send(chunk, 0, count);
                        count = peer.read(chunk, 0, chunk.length);
                    }
                    peer.finish();
                });
    }

    @AfterEach
    void stopServers() throws IOException {
        api.close();
        shop.close();
        h2.close();
        site.close();
    }

    private LoadBalancerBuilder routed() {
        return Unchecked.builder()
                .frontend(
                        "web",
                        web ->
                                web.listen("127.0.0.1", 0)
                                        .route("api.example.org", "api")
                                        .route("*.shop.example.org", "shop")
                                        .route("api.example.org", "h2", "h2"))
                .pool("api", pool -> pool.backend("127.0.0.1", api.port()))
                .pool("shop", pool -> pool.backend("127.0.0.1", shop.port()))
                .pool("h2", pool -> pool.backend("127.0.0.1", h2.port()))
                .pool("site", pool -> pool.backend("127.0.0.1", site.port()));
    }

    private LoadBalancerBuilder withDefault() {
        return routed().frontend("web", web -> web.pool("site"));
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.org, , api",
        "API.Example.ORG, , api",
        "api.example.org, h2, h2",
        "api.example.org, http/1.1, api",
        "a.shop.example.org, , shop",
        "a.b.shop.example.org, h2, shop",
        "shop.example.org, , site",
        "other.example.org, , site",
        ", , site"
    })
    @DisplayName("an exact name comes before a wildcard, and both before the default pool")
    void byName(String name, String protocol, String pool) throws Exception {
        byte[] hello = protocol == null ? Hellos.of(name) : Hellos.of(name, protocol);
        try (LoadBalancer lb = withDefault().start();
                Peer client = Peer.connect(lb.port())) {
            client.send(hello).send("and more").finish();
            assertThat(client.readText(pool.length() + 1)).isEqualTo(pool + ":");
            assertThat(client.read(hello.length)).isEqualTo(hello);
            assertThat(client.readTextToEnd()).isEqualTo("and more");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64})
    @DisplayName("the hello may come in any number of segments")
    void inSegments(int size) throws Exception {
        byte[] hello = Hellos.of("api.example.org");
        try (LoadBalancer lb = withDefault().start();
                Peer client = Peer.connect(lb.port())) {
            for (int i = 0; i < hello.length; i += size) {
                client.send(hello, i, Math.min(size, hello.length - i));
            }
            assertThat(client.readText(4)).isEqualTo("api:");
            assertThat(client.read(hello.length)).isEqualTo(hello);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n", "\u0016\u0003\u0001\u0000\u0000"})
    @DisplayName("a client that speaks no TLS reaches the default pool, with all it has sent")
    void noTls(String text) throws Exception {
        try (LoadBalancer lb = withDefault().start();
                Peer client = Peer.connect(lb.port())) {
            client.send(text).finish();
            assertThat(client.readTextToEnd()).isEqualTo("site:" + text);
        }
    }

    @Test
    @DisplayName("without a default pool such a client is reset: no-route")
    void noRoute() throws Exception {
        Closes closes = new Closes();
        try (LoadBalancer lb = routed().connectionListener(closes).start()) {
            try (Peer client = Peer.connect(lb.port())) {
                client.send(Hellos.of("other.example.org"));
                assertThat(client.readUntilReset()).isEmpty();
            }
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.NO_ROUTE);
        }
        assertThat(site.accepted()).isZero();
    }

    @Test
    @DisplayName("a client that sends nothing is reset after the preface timeout")
    void nothingCame() throws Exception {
        Closes closes = new Closes();
        try (LoadBalancer lb =
                        withDefault()
                                .prefaceTimeout(Duration.ofMillis(100))
                                .connectionListener(closes)
                                .start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.readUntilReset()).isEmpty();
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.PREFACE_TIMEOUT);
        }
    }

    @Test
    @DisplayName("a client whose hello is not complete in time reaches the default pool")
    void tooSlow() throws Exception {
        byte[] part = Arrays.copyOf(Hellos.of("api.example.org"), 40);
        try (LoadBalancer lb = withDefault().prefaceTimeout(Duration.ofMillis(100)).start();
                Peer client = Peer.connect(lb.port())) {
            client.send(part);
            assertThat(client.readText(5)).isEqualTo("site:");
            assertThat(client.read(part.length)).isEqualTo(part);
            client.send("rest").finish();
            assertThat(client.readTextToEnd()).isEqualTo("rest");
        }
    }

    @Test
    @DisplayName("EOF within the hello: the default pool gets the bytes so far, and the EOF")
    void halfClosed() throws Exception {
        byte[] part = Arrays.copyOf(Hellos.of("api.example.org"), 40);
        try (LoadBalancer lb = withDefault().start();
                Peer client = Peer.connect(lb.port())) {
            client.send(part).finish();
            assertThat(client.readText(5)).isEqualTo("site:");
            assertThat(client.readToEnd()).isEqualTo(part);
        }
    }

    @Test
    @DisplayName("EOF before the first byte, or a reset, ends the connection without a backend")
    void leftAtOnce() throws Exception {
        Closes closes = new Closes();
        try (LoadBalancer lb = withDefault().connectionListener(closes).start()) {
            Peer.connect(lb.port()).close();
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.CLIENT_CLOSED);
            Peer client = Peer.connect(lb.port());
            Await.equal(1, () -> lb.stats().active());
            client.reset();
            assertThat(closes.await(2).get(1).reason()).isEqualTo(CloseReason.CLIENT_RESET);
        }
        assertThat(site.accepted()).isZero();
    }

    @Test
    @DisplayName("a PROXY header comes before the hello; both may come in one segment")
    void behindProxyHeader() throws Exception {
        byte[] hello = Hellos.of("a.shop.example.org");
        Closes closes = new Closes();
        try (LoadBalancer lb =
                        withDefault().acceptProxyProtocol(true).connectionListener(closes).start();
                Peer client = Peer.connect(lb.port())) {
            client.send("PROXY TCP4 192.0.2.7 192.0.2.8 4000 443\r\n").send(hello).finish();
            assertThat(client.readText(5)).isEqualTo("shop:");
            assertThat(client.readToEnd()).isEqualTo(hello);
            ClosedConnection closed = closes.await(1).get(0);
            assertThat(closed.client().getHostString()).isEqualTo("192.0.2.7");
            assertThat(closed.frontend()).isEqualTo("web");
            assertThat(closed.pool()).isEqualTo("shop");
        }
    }
}
