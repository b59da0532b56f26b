package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client without the token, a web page of another site, and a GET change nothing. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class OnlyTheOperatorChangesAnythingTest {
    private static final String TOKEN = "6b1f0a-secret-7c2d";

    private NamedServer one;
    private NamedServer two;
    private LoadBalancer loadBalancer;

    @BeforeEach
    void start() throws IOException {
        one = NamedServer.start("one");
        two = NamedServer.start("two");
        loadBalancer =
                Unchecked.builder()
                        .listen("127.0.0.1", 0)
                        .threads(1)
                        .backend("127.0.0.1", one.port(), 3)
                        .backend("127.0.0.1", two.port(), 2)
                        .start();
    }

    @AfterEach
    void stop() throws IOException {
        loadBalancer.close();
        one.close();
        two.close();
    }

    private AdminServer open(String host, String token) throws IOException {
        return AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), token);
    }

    private AdminServer openOnLoopback(String token) throws IOException {
        InetAddress host = InetAddress.getLoopbackAddress();
        return AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), token);
    }

    /** Every kind of request that changes something. */
    private List<Call> changes(AdminServer admin) {
        String path = "/api/v1/backends/127.0.0.1%3A" + one.port();
        String pool = "/api/v1/pools/default/backends";
        String inPool = pool + "/127.0.0.1%3A" + one.port();
        return List.of(
                Call.of(admin, "PATCH", path).body("{\"weight\":9}"),
                Call.of(admin, "PATCH", path).body("{\"state\":\"down\"}"),
                Call.of(admin, "POST", "/api/v1/backends").body("{\"address\":\"127.0.0.1:9\"}"),
                Call.of(admin, "DELETE", path),
                Call.of(admin, "PATCH", inPool).body("{\"weight\":9}"),
                Call.of(admin, "POST", pool).body("{\"address\":\"127.0.0.1:9\"}"),
                Call.of(admin, "DELETE", inPool),
                Call.of(admin, "DELETE", "/api/v1/connections/1"));
    }

    private List<List<?>> backends() {
        return loadBalancer.stats().backends().stream()
                .<List<?>>map(b -> List.of(b.name(), b.weight(), b.state(), b.backup()))
                .toList();
    }

    private void assertRefused(int status, Call call, List<List<?>> before) throws Exception {
        Call.Response response = call.send();
        assertThat(response.status()).as("%s: %s", call, response).isEqualTo(status);
        assertThat(response.error()).contains(" ");
        assertThat(backends()).isEqualTo(before);
    }

    @Test
    @DisplayName("without the right token nothing changes and nothing is revealed")
    void token() throws Exception {
        List<List<?>> before = backends();
        try (AdminServer admin = openOnLoopback(TOKEN)) {
            // Side by side, since each wrong token costs a second.
            List<Call> changes = changes(admin);
            Crowd.run(changes.size(), index -> refuseWithoutToken(changes.get(index), before));
            List<String> paths =
                    List.of(
                            "/api/v1/backends",
                            "/api/v1/frontends",
                            "/api/v1/pools",
                            "/api/v1/pools/default/backends",
                            "/api/v1/pools/unknown/backends",
                            "/api/v1/stats",
                            "/api/v1/closes",
                            "/api/v1/connections",
                            "/metrics",
                            "/nothing");
            Crowd.run(paths.size(), index -> admitWithToken(admin, paths.get(index)));
            for (String path : List.of("/", "/dashboard.js", "/healthz", "/readyz")) {
                assertThat(Call.get(admin, path).send().status()).as(path).isEqualTo(200);
            }
            assertThat(changes(admin).get(0).token(TOKEN).send().status()).isEqualTo(200);
            assertThat(
                            changes(admin)
                                    .get(0)
                                    .header("Authorization", "bearer " + TOKEN)
                                    .send()
                                    .status())
                    .isEqualTo(200);
        }
    }

    private Void refuseWithoutToken(Call call, List<List<?>> before) throws Exception {
        assertRefused(401, call, before);
        assertRefused(401, call.token("wrong"), before);
        assertRefused(401, call.token(""), before);
        assertRefused(401, call.token(TOKEN + "x"), before);
        assertRefused(401, call.token(TOKEN.substring(1)), before);
        assertRefused(401, call.header("Authorization", "Basic " + TOKEN), before);
        assertRefused(401, call.header("Authorization", TOKEN), before);
        assertRefused(
                401, call.header("Authorization", "Bearer " + TOKEN, "Bearer " + TOKEN), before);
        return null;
    }

    private static Void admitWithToken(AdminServer admin, String path) throws Exception {
        Call.Response refused = Call.get(admin, path).send();
        assertThat(refused.status()).as(path).isEqualTo(401);
        assertThat(refused.headers())
                .containsEntry("www-authenticate", "Bearer realm=\"high_perf_lb\"");
        Call.Response admitted = Call.get(admin, path).token(TOKEN).send();
        assertThat(admitted.status()).as(path).isIn(200, 404);
        return null;
    }

    @ParameterizedTest
    @DisplayName("a page of another origin changes nothing")
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://localhost:3000",
                "http://127.0.0.1",
                "http://127.0.0.1:1",
                "http://127.0.0.1:PORT.evil.example",
                "http://evil.example?127.0.0.1:PORT",
                "127.0.0.1:PORT",
                "null",
                ""
            })
    void origin(String origin) throws Exception {
        List<List<?>> before = backends();
        try (AdminServer admin = openOnLoopback(null)) {
            String value = origin.replace("PORT", Integer.toString(admin.port()));
            for (Call call : changes(admin)) {
                assertRefused(403, call.header("Origin", value), before);
            }
            for (Call call : changes(admin)) {
                String own = "http://127.0.0.1:" + admin.port();
                assertRefused(403, call.header("Origin", own, value), before);
            }
        }
    }

    @ParameterizedTest
    @DisplayName("a page of another site or of another port changes nothing")
    @ValueSource(strings = {"cross-site", "same-site", "whatever"})
    void fetchSite(String site) throws Exception {
        List<List<?>> before = backends();
        try (AdminServer admin = openOnLoopback(null)) {
            for (Call call : changes(admin)) {
                assertRefused(403, call.header("Sec-Fetch-Site", site), before);
            }
        }
    }

    @Test
    @DisplayName("the dashboard itself may change things")
    void ownPage() throws Exception {
        try (AdminServer admin = openOnLoopback(null)) {
            for (String host :
                    List.of("127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.1.2.3")) {
                Call.Response response =
                        changes(admin)
                                .get(0)
                                .header("Host", host + ":" + admin.port())
                                .header("Origin", "http://" + host + ":" + admin.port())
                                .header("Sec-Fetch-Site", "same-origin")
                                .send();
                assertThat(response.status()).as("%s: %s", host, response).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @DisplayName("a foreign host name (DNS rebinding) changes nothing and sees nothing")
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:9000",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "localhost:80:80",
                "127.0.0.1@evil.example",
                "10.0.0.1",
                "[::2]",
                ""
            })
    void host(String host) throws Exception {
        List<List<?>> before = backends();
        try (AdminServer admin = openOnLoopback(null)) {
            for (Call call : changes(admin)) {
                assertRefused(403, call.header("Host", host), before);
                assertRefused(
                        403, call.header("Host", host).header("Origin", "http://" + host), before);
            }
            for (String path : List.of("/", "/metrics", "/api/v1/stats", "/api/v1/closes")) {
                assertRefused(403, Call.get(admin, path).header("Host", host), before);
            }
            for (String probe : List.of("/healthz", "/readyz")) { // which reveal nothing
                assertThat(Call.get(admin, probe).header("Host", host).send().status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("no Host, two Hosts, or a host in the target is refused")
    void strangeHosts() throws Exception {
        List<List<?>> before = backends();
        try (AdminServer admin = openOnLoopback(null)) {
            String own = "127.0.0.1:" + admin.port();
            for (Call call : changes(admin)) {
                assertRefused(400, call.header("Host"), before);
                assertRefused(400, call.header("Host", own, "evil.example"), before);
            }
            for (String target : List.of("http://evil.example/metrics", "//evil.example/metrics")) {
                assertRefused(400, Call.get(admin, target), before);
            }
        }
    }

    @Test
    @DisplayName("on a non-loopback address any Host is accepted, and the token is required")
    void notOnTheLoopback() throws Exception {
        List<List<?>> before = backends();
        try (AdminServer admin = open("0.0.0.0", TOKEN)) {
            for (String host : List.of("lb.internal", "10.0.0.1:9000", "127.0.0.1")) {
                assertRefused(401, changes(admin).get(0).header("Host", host), before);
                assertThat(
                                Call.get(admin, "/metrics")
                                        .header("Host", host)
                                        .token(TOKEN)
                                        .send()
                                        .status())
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @DisplayName("content types that a form of another site can send are refused")
    @ValueSource(
            strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
    void contentType(String type) throws Exception {
        List<List<?>> before = backends();
        try (AdminServer admin = openOnLoopback(null)) {
            for (Call call : changes(admin)) {
                assertRefused(415, call.header("Content-Type", type), before);
                assertRefused(415, call.header("Content-Type"), before);
                assertRefused(415, call.header("Content-Type", type, "application/json"), before);
            }
        }
    }

    @ParameterizedTest
    @DisplayName("safe methods change nothing, whatever their query, body or headers")
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE"})
    void safeMethods(String method) throws Exception {
        List<List<?>> before = backends();
        try (AdminServer admin = openOnLoopback(null)) {
            String path = "/api/v1/backends/127.0.0.1%3A" + one.port();
            for (String target :
                    List.of(
                            path,
                            path + "?weight=9",
                            path + "?_method=DELETE",
                            "/api/v1/backends",
                            "/api/v1/connections/1")) {
                Call call = Call.of(admin, method, target).body("{\"weight\":9}");
                call.header("X-HTTP-Method-Override", "PATCH");
                assertThat(call.send().status()).as("%s", call).isIn(200, 400, 405);
                assertThat(backends()).isEqualTo(before);
            }
        }
    }

    @Test
    @DisplayName("no CORS headers for other sites, and no framing of the page")
    void headers() throws Exception {
        try (AdminServer admin = openOnLoopback(null)) {
            for (String path : List.of("/", "/dashboard.js", "/metrics", "/api/v1/stats", "/x")) {
                Call.Response response =
                        Call.get(admin, path).header("Origin", "https://evil.example").send();
                assertThat(response.headers())
                        .as(path)
                        .containsEntry("x-content-type-options", "nosniff")
                        .containsEntry("cross-origin-resource-policy", "same-origin")
                        .containsKey("cache-control")
                        .hasEntrySatisfying(
                                "content-security-policy",
                                policy ->
                                        assertThat(policy)
                                                .contains("default-src 'self'")
                                                .contains("frame-ancestors 'none'")
                                                .doesNotContain("unsafe"))
                        .allSatisfy(
                                (name, value) ->
                                        assertThat(name).doesNotStartWith("access-control"));
            }
            Call.Response preflight =
                    Call.of(admin, "OPTIONS", "/api/v1/backends")
                            .header("Origin", "https://evil.example")
                            .header("Access-Control-Request-Method", "POST")
                            .header("Access-Control-Request-Headers", "content-type")
                            .send();
            assertThat(preflight.status()).isEqualTo(405);
            assertThat(preflight.headers())
                    .allSatisfy(
                            (name, value) -> assertThat(name).doesNotStartWith("access-control"));
        }
    }
}
