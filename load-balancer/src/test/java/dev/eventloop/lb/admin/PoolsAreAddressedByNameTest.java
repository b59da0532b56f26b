package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The API changes the backends of the pool in the path and of no other; paths without a pool mean
 * the default pool or the only one.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class PoolsAreAddressedByNameTest {
    private static final String EU = "/api/v1/pools/web.eu/backends";
    private static final String US = "/api/v1/pools/web-us/backends";

    private EchoServer echo;
    private LoadBalancer loadBalancer;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        echo = EchoServer.start();
        open(
                Unchecked.builder()
                        .frontend("public", f -> f.listen("127.0.0.1", 0).pool("web.eu"))
                        .frontend("internal", f -> f.listen("127.0.0.1", 0).pool("web-us"))
                        .pool("web.eu", p -> p.backend("127.0.0.1", echo.port(), 3))
                        .pool("web-us", p -> p.backend("127.0.0.1", echo.port(), 2)));
    }

    private void open(LoadBalancerBuilder builder) throws IOException {
        loadBalancer = builder.threads(1).start();
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), null);
    }

    private void reopen(LoadBalancerBuilder builder) throws IOException {
        admin.close();
        loadBalancer.close();
        open(builder);
    }

    @AfterEach
    void stop() throws IOException {
        admin.close();
        loadBalancer.close();
        echo.close();
    }

    private String shared() {
        return "127.0.0.1:" + echo.port();
    }

    private int port(int frontend) {
        return loadBalancer.stats().frontends().get(frontend).addresses().get(0).getPort();
    }

    private JsonNode get(String path) throws IOException {
        return json(200, Call.get(admin, path));
    }

    private static JsonNode json(int status, Call call) throws IOException {
        Call.Response response = call.send();
        assertThat(response.status()).as("%s: %s", call, response).isEqualTo(status);
        return response.json();
    }

    private static String error(int status, Call call) throws IOException {
        Call.Response response = call.send();
        assertThat(response.status()).as("%s: %s", call, response).isEqualTo(status);
        return response.error();
    }

    /** Name, weight and state of every backend, by pool. */
    private List<String> all() {
        return loadBalancer.stats().backends().stream()
                .map(b -> b.pool() + " " + b.name() + " " + b.weight() + " " + b.state())
                .toList();
    }

    private static List<String> texts(JsonNode list, String key) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(one.get(key).asText()));
        return texts;
    }

    /** Each kind of request about backends, at this path. */
    private List<Call> requests(String backends, String name) {
        return List.of(
                Call.get(admin, backends),
                Call.get(admin, backends + "/" + name),
                Call.of(admin, "POST", backends).body("{\"address\":\"127.0.0.1:9\"}"),
                Call.of(admin, "PATCH", backends + "/" + name).body("{\"weight\":7}"),
                Call.of(admin, "DELETE", backends + "/" + name));
    }

    @Test
    @DisplayName("frontends and pools are listed in their order, each with what it has")
    void lists() throws Exception {
        try (Peer client = Peer.connect(port(1))) {
            assertThat(client.send("a").readText(1)).isEqualTo("a");
            JsonNode frontends = get("/api/v1/frontends").get("frontends");
            assertThat(texts(frontends, "name")).containsExactly("public", "internal");
            assertThat(texts(frontends, "accepted")).containsExactly("0", "1");
            assertThat(texts(frontends, "active")).containsExactly("0", "1");
            assertThat(frontends.get(0).get("addresses")).hasSize(1);
            assertThat(frontends.get(0).get("addresses").get(0).textValue())
                    .isEqualTo("127.0.0.1:" + port(0));
            assertThat(frontends.get(0).get("closes").isObject()).isTrue();

            JsonNode pools = get("/api/v1/pools").get("pools");
            assertThat(texts(pools, "name")).containsExactly("web.eu", "web-us");
            assertThat(pools.get(0).get("backends")).isEqualTo(get(EU).get("backends"));
            assertThat(pools.get(1).get("backends")).isEqualTo(get(US).get("backends"));

            JsonNode stats = get("/api/v1/stats");
            assertThat(stats.get("frontends")).isEqualTo(frontends);
            assertThat(stats.get("pools")).isEqualTo(pools);
            assertThat(stats.get("accepted").intValue()).isEqualTo(1);
            assertThat(stats.get("active").intValue()).isEqualTo(1);
            assertThat(texts(stats.get("backends"), "pool")).containsExactly("web.eu", "web-us");
            assertThat(texts(stats.get("backends"), "active")).containsExactly("0", "1");
        }
    }

    @Test
    @DisplayName("backends of the same name in two pools are changed each on its own")
    void sameName() throws Exception {
        JsonNode changed =
                json(200, Call.of(admin, "PATCH", EU + "/" + shared()).body("{\"weight\":9}"));
        assertThat(changed.get("pool").textValue()).isEqualTo("web.eu");
        assertThat(changed.get("weight").intValue()).isEqualTo(9);
        assertThat(all())
                .containsExactly("web.eu " + shared() + " 9 up", "web-us " + shared() + " 2 up");

        json(201, Call.of(admin, "POST", US).body("{\"address\":\"127.0.0.1:9\",\"weight\":4}"));
        json(200, Call.of(admin, "PATCH", US + "/" + shared()).body("{\"state\":\"drain\"}"));
        assertThat(all())
                .containsExactly(
                        "web.eu " + shared() + " 9 up",
                        "web-us " + shared() + " 2 drain",
                        "web-us 127.0.0.1:9 4 up");
        assertThat(Call.of(admin, "DELETE", US + "/" + shared()).send().status()).isEqualTo(204);
        assertThat(all())
                .containsExactly("web.eu " + shared() + " 9 up", "web-us 127.0.0.1:9 4 up");
        assertThat(error(409, Call.of(admin, "DELETE", US + "/127.0.0.1:9")))
                .contains("127.0.0.1:9 is the last one");
    }

    @ParameterizedTest
    @DisplayName("the Location of a new backend has every name encoded, and leads to it")
    @ValueSource(strings = {"unix:/a b?+%2F#;=&<>\u00fc.sock", "unix:/../..", "[::1]:9"})
    void names(String name) throws Exception {
        Call.Response added =
                Call.of(admin, "POST", EU).body("{\"address\":\"" + name + "\"}").send();
        assertThat(added.status()).as("%s", added).isEqualTo(201);
        String location = added.headers().get("location");
        assertThat(location).matches("/api/v1/pools/web\\.eu/backends/[-A-Za-z0-9%._]+");
        assertThat(get(location)).isEqualTo(added.json());
        assertThat(added.json().get("name").textValue()).isEqualTo(name);
        assertThat(Call.of(admin, "DELETE", location).send().status()).isEqualTo(204);
        assertThat(error(404, Call.get(admin, location)))
                .isEqualTo(
                        "there is no backend \"%s\"; there are %s in the pool web.eu"
                                .formatted(name, shared()));
    }

    @Test
    @DisplayName("the name of a pool may be percent-encoded")
    void encodedPool() throws Exception {
        assertThat(get("/api/v1/pools/web%2Eeu/backends")).isEqualTo(get(EU));
        assertThat(get("/api/v1/pools/%77eb-us/backends")).isEqualTo(get(US));
    }

    @ParameterizedTest(name = "{index}: {0}")
    @DisplayName("an unknown pool is refused, and the sentence names those there are")
    @ValueSource(
            strings = {
                "web",
                "WEB.EU",
                "web.eu%20",
                "web.eu+",
                "web_eu",
                "web%2Feu",
                "%2E%2E",
                "..%2Fweb.eu",
                "*",
                "default",
                "%00",
                "%3Cscript%3E",
                "%F0%9F%90%99"
            })
    void unknownPool(String encoded) throws Exception {
        List<String> before = all();
        for (Call call : requests("/api/v1/pools/" + encoded + "/backends", shared())) {
            assertThat(error(404, call))
                    .startsWith("there is no pool \"")
                    .endsWith("\"; there are web.eu, web-us");
        }
        assertThat(all()).isEqualTo(before);
    }

    @Test
    @DisplayName("without a default pool, a path must say which of several pools it means")
    void ambiguous() throws Exception {
        List<String> before = all();
        for (Call call : requests("/api/v1/backends", shared())) {
            assertThat(error(409, call))
                    .isEqualTo(
                            "the path does not say which pool; use /api/v1/pools/{pool}/backends"
                                    + " with one of web.eu, web-us");
        }
        assertThat(all()).isEqualTo(before);
    }

    @Test
    @DisplayName("paths without a pool mean the default pool beside others, or the only pool")
    void pathsWithoutPool() throws Exception {
        reopen(
                Unchecked.builder()
                        .frontend("f", f -> f.listen("127.0.0.1", 0).pool("other"))
                        .frontend("g", f -> f.listen("127.0.0.1", 0).pool("default"))
                        .pool("other", p -> p.backend("127.0.0.1", echo.port(), 3))
                        .pool("default", p -> p.backend("127.0.0.1", echo.port(), 2)));
        String path = "/api/v1/backends/" + shared();
        json(200, Call.of(admin, "PATCH", path).body("{\"weight\":7}"));
        assertThat(all())
                .containsExactly("other " + shared() + " 3 up", "default " + shared() + " 7 up");
        assertThat(get("/api/v1/backends")).isEqualTo(get("/api/v1/pools/default/backends"));

        reopen(
                Unchecked.builder()
                        .frontend("f", f -> f.listen("127.0.0.1", 0).pool("only"))
                        .pool("only", p -> p.backend("127.0.0.1", echo.port(), 3)));
        json(200, Call.of(admin, "PATCH", path).body("{\"weight\":7}"));
        assertThat(all()).containsExactly("only " + shared() + " 7 up");
        assertThat(get("/api/v1/backends")).isEqualTo(get("/api/v1/pools/only/backends"));
    }

    @Test
    @DisplayName("connections are listed by frontend, pool and backend")
    void connections() throws Exception {
        String all = "/api/v1/connections";
        try (Peer eu = Peer.connect(port(0));
                Peer us = Peer.connect(port(1))) {
            assertThat(eu.send("a").readText(1)).isEqualTo("a");
            assertThat(us.send("b").readText(1)).isEqualTo("b");
            assertThat(texts(get(all).get("connections"), "frontend"))
                    .containsExactlyInAnyOrder("public", "internal");
            String byBackend = all + "?backend=" + shared();
            assertThat(get(byBackend).get("connections")).hasSize(2);
            for (String query :
                    List.of(
                            all + "?frontend=internal",
                            all + "?pool=web-us",
                            byBackend + "&pool=web-us",
                            all + "?pool=web-us&frontend=internal&backend=" + shared())) {
                JsonNode found = get(query).get("connections");
                assertThat(texts(found, "client")).containsExactly("127.0.0.1:" + us.localPort());
                assertThat(texts(found, "pool")).containsExactly("web-us");
            }
            assertThat(get(all + "?pool=web-us&frontend=public").get("connections")).isEmpty();
        }
        assertThat(error(404, Call.get(admin, all + "?frontend=x")))
                .isEqualTo("there is no frontend \"x\"; there are public, internal");
        assertThat(error(404, Call.get(admin, all + "?pool=%3Cx%3E&backend=" + shared())))
                .isEqualTo("there is no pool \"<x>\"; there are web.eu, web-us");
        assertThat(error(404, Call.get(admin, all + "?pool=web.eu&backend=x")))
                .isEqualTo(
                        "there is no backend \"x\"; there are %s in the pool web.eu"
                                .formatted(shared()));
        assertThat(error(404, Call.get(admin, all + "?backend=x")))
                .isEqualTo("there is no backend \"x\"; there are " + shared());
    }

    @Test
    @DisplayName("a close has the names of its frontend and pool")
    void closes() throws Exception {
        try (Peer client = Peer.connect(port(1))) {
            assertThat(client.send("a").readText(1)).isEqualTo("a");
            long id = get("/api/v1/connections").get("connections").get(0).get("id").longValue();
            String path = "/api/v1/connections/" + id;
            assertThat(Call.of(admin, "DELETE", path).send().status()).isEqualTo(204);
            assertThat(client.readToEnd()).isEmpty();
        }
        JsonNode close = get("/api/v1/closes").get("closes").get(0);
        assertThat(close.get("frontend").textValue()).isEqualTo("internal");
        assertThat(close.get("pool").textValue()).isEqualTo("web-us");
        assertThat(close.get("backend").textValue()).isEqualTo(shared());
    }
}
