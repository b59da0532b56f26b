package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backends are added, removed and changed at run time, and no client notices. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BackendsAreChangedAtRunTimeTest {
    private static final String BACKENDS = "/api/v1/backends";

    private NamedServer one;
    private NamedServer two;
    private LoadBalancer loadBalancer;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        one = NamedServer.start("1");
        two = NamedServer.start("2");
        loadBalancer =
                Unchecked.builder()
                        .listen("127.0.0.1", 0)
                        .threads(2)
                        .slowStart(Duration.ZERO)
                        .backend("127.0.0.1", one.port())
                        .start();
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), null);
    }

    @AfterEach
    void stop() throws IOException {
        admin.close();
        loadBalancer.close();
        one.close();
        two.close();
    }

    private static String name(int port) {
        return "127.0.0.1:" + port;
    }

    private static String path(int port) {
        return BACKENDS + "/" + name(port);
    }

    private Call.Response add(String body) throws IOException {
        Call.Response response = Call.of(admin, "POST", BACKENDS).body(body).send();
        assertThat(response.status()).as("%s", response).isEqualTo(201);
        return response;
    }

    private void addTwo() throws IOException {
        add("{\"address\":\"" + name(two.port()) + "\"}");
    }

    private JsonNode patch(String path, String body) throws IOException {
        Call.Response response = Call.of(admin, "PATCH", path).body(body).send();
        assertThat(response.status()).as("%s", response).isEqualTo(200);
        return response.json();
    }

    private JsonNode get(String path) throws IOException {
        Call.Response response = Call.get(admin, path).send();
        assertThat(response.status()).as("%s", response).isEqualTo(200);
        return response.json();
    }

    /** How many of {@code connections} connections each of the two gets. */
    private String share(int connections) throws IOException {
        String answers = NamedServer.ask(loadBalancer.port(), connections);
        long first = answers.chars().filter(c -> c == '1').count();
        long second = answers.chars().filter(c -> c == '2').count();
        return first + ":" + second;
    }

    @Test
    @DisplayName("a backend is added, changes its weight, and is removed")
    void addAndRemove() throws Exception {
        assertThat(share(4)).isEqualTo("4:0");
        Call.Response added =
                add(
                        "{\"address\":\"%s\",\"weight\":3,\"backup\":false,\"max_conns\":100}"
                                .formatted(name(two.port())));
        assertThat(added.json()).isEqualTo(get(added.headers().get("location")));
        assertThat(added.json().get("name").textValue()).isEqualTo(name(two.port()));
        assertThat(added.json().get("max_conns").intValue()).isEqualTo(100);
        assertThat(share(8)).isEqualTo("2:6");
        assertThat(patch(path(one.port()), "{\"weight\":9}").get("weight").intValue()).isEqualTo(9);
        assertThat(get(path(one.port())).get("share").doubleValue()).isEqualTo(0.75);
        assertThat(share(8)).isEqualTo("6:2");
        assertThat(get(BACKENDS).get("backends")).hasSize(2);

        Call.Response removed = Call.of(admin, "DELETE", path(one.port())).send();
        assertThat(removed.status()).isEqualTo(204);
        assertThat(removed.body()).isEmpty();
        assertThat(Call.get(admin, path(one.port())).send().status()).isEqualTo(404);
        assertThat(get(BACKENDS).get("backends")).hasSize(1);
        assertThat(share(4)).isEqualTo("0:4");
    }

    @Test
    @DisplayName(
            "a backend is drained or taken down, and comes back; weight and state in one request")
    void states() throws Exception {
        addTwo();
        for (String state : new String[] {"drain", "down"}) {
            JsonNode changed = patch(path(one.port()), "{\"state\":\"" + state + "\"}");
            assertThat(changed.get("state").textValue()).isEqualTo(state);
            assertThat(changed.get("share").doubleValue()).isZero();
            assertThat(share(4)).isEqualTo("0:4");
            assertThat(patch(path(one.port()), "{\"state\":\"up\"}").get("state").textValue())
                    .isEqualTo("up");
            assertThat(share(4)).isEqualTo("2:2");
        }
        patch(path(one.port()), "{\"state\":\"drain\"}");
        JsonNode both = patch(path(one.port()), "{\"weight\":3,\"state\":\"up\"}");
        assertThat(both.get("weight").intValue()).isEqualTo(3);
        assertThat(both.get("state").textValue()).isEqualTo("up");
        assertThat(share(8)).isEqualTo("6:2");
    }

    @Test
    @DisplayName("a connection continues when its backend is drained, taken down and removed")
    void heldConnections() throws Exception {
        try (EchoServer echo = EchoServer.start()) {
            add("{\"address\":\"" + name(echo.port()) + "\"}");
            patch(path(one.port()), "{\"state\":\"down\"}");
            try (Peer held = Peer.connect(loadBalancer.port())) {
                assertThat(held.send("a").readText(1)).isEqualTo("a");
                patch(path(one.port()), "{\"state\":\"up\"}");
                patch(path(echo.port()), "{\"state\":\"drain\"}");
                assertThat(held.send("b").readText(1)).isEqualTo("b");
                patch(path(echo.port()), "{\"state\":\"down\"}");
                assertThat(held.send("c").readText(1)).isEqualTo("c");
                assertThat(get(path(echo.port())).get("active").intValue()).isEqualTo(1);
                Call.of(admin, "DELETE", path(echo.port())).send();
                assertThat(held.send("d").readText(1)).isEqualTo("d");
                assertThat(NamedServer.ask(loadBalancer.port(), 3)).isEqualTo("111");
                held.finish();
                assertThat(held.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("all clients are served while backends are added, removed and changed")
    void underTraffic() throws Exception {
        addTwo();
        AtomicBoolean enough = new AtomicBoolean();
        Future<?> changes =
                Crowd.beside(
                        () -> {
                            String two = path(this.two.port());
                            for (int i = 0; !enough.get(); i++) {
                                patch(two, "{\"weight\":" + (1 + i % 256) + "}");
                                patch(two, "{\"state\":\"drain\"}");
                                patch(two, "{\"state\":\"up\"}");
                                Call.of(admin, "DELETE", two).send();
                                addTwo();
                            }
                            return null;
                        });
        try {
            Crowd.run(
                    8,
                    i -> {
                        for (int asked = 0; asked < 200; asked++) {
                            assertThat(NamedServer.ask(loadBalancer.port())).isIn("1", "2");
                        }
                        return null;
                    });
        } finally {
            enough.set(true);
        }
        changes.get();
        assertThat(one.served() + two.served()).isEqualTo(1600);
    }

    @Test
    @DisplayName("every backend name can be encoded in a path")
    void names(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("a b?+%2F#.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(file));
            Future<?> served =
                    Crowd.beside(
                            () -> {
                                try (SocketChannel client = server.accept()) {
                                    return client.write(
                                            ByteBuffer.wrap(
                                                    "u".getBytes(StandardCharsets.US_ASCII)));
                                }
                            });
            String location = add("{\"address\":\"unix:" + file + "\"}").headers().get("location");
            assertThat(location).matches("/api/v1/backends/unix%3A[-A-Za-z0-9%._]+");
            patch(path(one.port()), "{\"state\":\"drain\"}");
            assertThat(NamedServer.ask(loadBalancer.port())).isEqualTo("u");
            served.get();
            assertThat(get(location).get("name").textValue()).isEqualTo("unix:" + file);
            patch(path(one.port()), "{\"state\":\"up\"}");
            patch(location, "{\"state\":\"down\"}");
            assertThat(Call.of(admin, "DELETE", location).send().status()).isEqualTo(204);
        }
        String location = add("{\"address\":\"[::1]:9\"}").headers().get("location");
        assertThat(location).isEqualTo("/api/v1/backends/%5B%3A%3A1%5D%3A9");
        assertThat(get(location).get("name").textValue()).isEqualTo("[::1]:9");
    }

    @Test
    @DisplayName("a connection is listed and closed, and then appears in the last closes")
    void connections() throws Exception {
        try (EchoServer echo = EchoServer.start()) {
            add("{\"address\":\"" + name(echo.port()) + "\"}");
            patch(path(one.port()), "{\"state\":\"down\"}");
            try (Peer held = Peer.connect(loadBalancer.port());
                    Peer other = Peer.connect(loadBalancer.port())) {
                assertThat(held.send("abc").readText(3)).isEqualTo("abc");
                assertThat(other.send("x").readText(1)).isEqualTo("x");
                String query = "/api/v1/connections?backend=" + name(echo.port());
                assertThat(get(query).get("connections")).hasSize(2);
                assertThat(get("/api/v1/connections").get("connections")).hasSize(2);
                String others = "/api/v1/connections?backend=" + name(one.port());
                assertThat(get(others).get("connections")).isEmpty();
                JsonNode shown = of(get(query), held);
                assertThat(shown.get("bytes_up").intValue()).isEqualTo(3);
                assertThat(shown.get("bytes_down").intValue()).isEqualTo(3);
                assertThat(shown.get("age_seconds").doubleValue()).isPositive();

                String id = "/api/v1/connections/" + shown.get("id").longValue();
                assertThat(Call.of(admin, "DELETE", id).send().status()).isEqualTo(204);
                assertThat(held.readToEnd()).isEmpty();
                assertThat(Call.of(admin, "DELETE", id).send().status()).isEqualTo(404);
                assertThat(other.send("y").readText(1)).isEqualTo("y");

                JsonNode closed = get("/api/v1/closes").get("closes").get(0);
                assertThat(closed.get("reason").textValue()).isEqualTo("killed");
                assertThat(closed.get("client").textValue()).isEqualTo(name(held.localPort()));
                assertThat(closed.get("story").textValue())
                        .startsWith("closed by the operator after ")
                        .endsWith(", 3 bytes up, 3 bytes down");
            }
        }
    }

    private static JsonNode of(JsonNode answer, Peer client) {
        for (JsonNode connection : answer.get("connections")) {
            if (connection.get("client").textValue().equals(name(client.localPort()))) {
                return connection;
            }
        }
        throw new AssertionError("no connection of " + client.localPort() + " in " + answer);
    }

    @Test
    @DisplayName("ready means accepting with a backend up; alive means answering")
    void probes() throws Exception {
        assertThat(get("/readyz").get("status").textValue()).isEqualTo("ready");
        try (EchoServer echo = EchoServer.start()) {
            add("{\"address\":\"" + name(echo.port()) + "\"}");
            patch(path(one.port()), "{\"state\":\"down\"}");
            try (Peer held = Peer.connect(loadBalancer.port())) {
                assertThat(held.send("a").readText(1)).isEqualTo("a");
                Future<Boolean> drained =
                        Crowd.beside(() -> loadBalancer.drain(Duration.ofMinutes(1)));
                Await.equal(503, () -> Call.get(admin, "/readyz").send().status());
                assertThat(Call.get(admin, "/readyz").send().error()).startsWith("not ready: ");
                assertThat(Call.get(admin, "/healthz").send().status()).isEqualTo(200);
                assertThat(held.send("b").readText(1)).isEqualTo("b");
                held.finish();
                assertThat(held.readToEnd()).isEmpty();
                assertThat(drained.get()).isTrue();
            }
        }
        assertThat(Call.get(admin, "/healthz").send().status()).isEqualTo(200);
        assertThat(get("/api/v1/stats").get("ready").booleanValue()).isFalse();
    }
}
