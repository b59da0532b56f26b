package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bad request is refused with a sentence that says what would be right, and changes nothing. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class TheApiSaysWhatIsWrongTest {
    private static final String BACKENDS = "/api/v1/backends";

    private NamedServer one;
    private NamedServer two;
    private LoadBalancer loadBalancer;
    private AdminServer admin;

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
        admin = AdminServer.start(loadBalancer, loopback(0), null);
    }

    @AfterEach
    void stop() throws IOException {
        admin.close();
        loadBalancer.close();
        one.close();
        two.close();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private String path(NamedServer server) {
        return BACKENDS + "/127.0.0.1%3A" + server.port();
    }

    private List<List<?>> changeableState() {
        return loadBalancer.stats().backends().stream()
                .<List<?>>map(b -> List.of(b.name(), b.weight(), b.state(), b.backup()))
                .toList();
    }

    @ParameterizedTest(name = "{index}: {0}")
    @DisplayName("an invalid change")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                             | the body is empty; it must be a JSON object",
                "not json                       | the body is not valid JSON",
                "{\"weight\":5                  | the body is not valid JSON",
                "{\"weight\":5}}                | the body is not valid JSON",
                "{\"weight\":5} {}              | the body is not valid JSON",
                "{\"weight\":5,}                | the body is not valid JSON",
                "{'weight':5}                   | the body is not valid JSON",
                "{\"weight\":05}                | the body is not valid JSON",
                "{\"weight\":NaN}               | the body is not valid JSON",
                "{\"weight\":5,\"weight\":6}    | Duplicate field",
                "[]                             | the body is a list; it must be a JSON object",
                "5                              | the body is 5; it must be a JSON object",
                "null                           | the body is null; it must be a JSON object",
                "{}                             | there is nothing to change; give",
                "{\"wieght\":5}                 | the key \"wieght\" is unknown; known keys are weight, state",
                "{\"weight\":5,\"backup\":true} | the key \"backup\" is unknown; known keys are weight, state",
                "{\"weight\":\"5\"}             | \"weight\" is \"5\"; it must be a whole number from 0 to 256",
                "{\"weight\":5.5}               | \"weight\" is 5.5; it must be a whole number from 0 to 256",
                "{\"weight\":5.0}               | \"weight\" is 5.0; it must be a whole number from 0 to 256",
                "{\"weight\":null}              | \"weight\" is null; it must be a whole number from 0 to 256",
                "{\"weight\":true}              | \"weight\" is true; it must be a whole number from 0 to 256",
                "{\"weight\":[5]}               | \"weight\" is a list; it must be a whole number from 0 to 256",
                "{\"weight\":{}}                | \"weight\" is an object; it must be a whole number from 0 to 256",
                "{\"weight\":-1}                | \"weight\" is -1; it must be a whole number from 0 to 256",
                "{\"weight\":257}               | \"weight\" is 257; it must be a whole number from 0 to 256",
                "{\"weight\":1e400}             | it must be a whole number from 0 to 256",
                "{\"weight\":4294967301}        | \"weight\" is 4294967301; it must be a whole number",
                "{\"weight\":18446744073709551621} | is 18446744073709551621; it must be a whole number",
                "{\"state\":\"UP\"}             | \"state\" is \"UP\"; it must be \"up\", \"drain\" or \"down\"",
                "{\"state\":\"off\"}            | \"state\" is \"off\"; it must be \"up\", \"drain\" or \"down\"",
                "{\"state\":1}                  | \"state\" is 1; it must be \"up\", \"drain\" or \"down\"",
                "{\"weight\":5,\"state\":\"off\"}  | \"state\" is \"off\"; it must be",
                "{\"state\":\"drain\",\"weight\":300} | \"weight\" is 300; it must be",
            })
    void badChanges(String body, String sentence) throws Exception {
        List<List<?>> before = changeableState();
        Call.Response response = Call.of(admin, "PATCH", path(one)).body(body).send();
        assertThat(response.status()).as("%s", response).isEqualTo(400);
        assertThat(response.error()).contains(sentence);
        assertThat(changeableState()).isEqualTo(before);
    }

    @ParameterizedTest(name = "{index}: {0}")
    @DisplayName("an invalid new backend")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                      | \"address\" is missing; it must be HOST:PORT",
                "{\"address\":9003}                      | \"address\" is 9003; it must be HOST:PORT",
                "{\"address\":\"\"}                      | the port is missing",
                "{\"address\":\"127.0.0.1\"}             | the port is missing",
                "{\"address\":\"127.0.0.1:0\"}           | not a whole number from 1 to 65535",
                "{\"address\":\"127.0.0.1:65536\"}       | not a whole number from 1 to 65535",
                "{\"address\":\"127.0.0.1:09003\"}       | it must be \"127.0.0.1:9003\" alone",
                "{\"address\":\"127.0.0.1:9003:5\"}      | it must be \"127.0.0.1:9003\" alone",
                "{\"address\":\"127.0.0.1:9003,backup\"} | it must be \"127.0.0.1:9003\" alone",
                // a label of 64 characters is invalid, so no name server is queried
                "{\"address\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx:1\"} | is unknown",
                "{\"address\":\"127.0.0.1:9003\",\"weight\":300}        | \"weight\" is 300; it must be",
                "{\"address\":\"127.0.0.1:9003\",\"backup\":\"no\"}   | \"backup\" is \"no\"; it must be true or false",
                "{\"address\":\"127.0.0.1:9003\",\"max_conns\":-1}    | \"max_conns\" is -1; it must be a whole number from 0",
                "{\"address\":\"127.0.0.1:9003\",\"max-conns\":1}     | the key \"max-conns\" is unknown; known keys are address,",
            })
    void badBackends(String body, String sentence) throws Exception {
        List<List<?>> before = changeableState();
        Call.Response response = Call.of(admin, "POST", BACKENDS).body(body).send();
        assertThat(response.status()).as("%s", response).isEqualTo(400);
        assertThat(response.error()).contains(sentence);
        assertThat(changeableState()).isEqualTo(before);
    }

    @Test
    @DisplayName("a body that is nested too deep")
    void tooDeep() throws Exception {
        String body = "{\"weight\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        Call.Response response = Call.of(admin, "PATCH", path(one)).body(body).send();
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.error()).contains("nesting depth");
    }

    @Test
    @DisplayName("a body that is too long, refused before it arrives; the connection ends")
    void tooLarge() throws Exception {
        Call announced =
                Call.of(admin, "PATCH", path(one))
                        .header("Connection", "keep-alive")
                        .header("Content-Length", "100000000000");
        try (Peer peer = Peer.connect(admin.port())) {
            peer.send(announced.head());
            String answer = peer.readText("HTTP/1.1 413".length());
            assertThat(answer).isEqualTo("HTTP/1.1 413");
        }
        Call sent =
                Call.of(admin, "PATCH", path(one))
                        .header("Connection", "keep-alive")
                        .body(new byte[100_000_000]);
        assertTooLarge(sent.send());

        Call.Response inChunks =
                Call.of(admin, "PATCH", path(one))
                        .body("2\r\n{}\r\n0\r\n\r\n")
                        .header("Content-Length")
                        .header("Transfer-Encoding", "chunked")
                        .send();
        assertThat(inChunks.status()).isEqualTo(411);
        assertThat(inChunks.error()).contains("with Content-Length");
    }

    private static void assertTooLarge(Call.Response response) throws Exception {
        assertThat(response.status()).isEqualTo(413);
        assertThat(response.error()).contains("longer than 65536 bytes");
        assertThat(response.headers()).containsEntry("connection", "close");
    }

    @Test
    @DisplayName("an unknown backend")
    void unknownBackend() throws Exception {
        assertThat(Call.get(admin, BACKENDS + "/%C3%BC+%2F%20").send().error())
                .startsWith("there is no backend \"ü+/ \"; there are ");
        String unknown = BACKENDS + "/127.0.0.1%3A1";
        for (Call call :
                List.of(
                        Call.get(admin, unknown),
                        Call.of(admin, "PATCH", unknown).body("{\"weight\":5}"),
                        Call.of(admin, "DELETE", unknown),
                        Call.get(admin, "/api/v1/connections?backend=127.0.0.1:1"))) {
            Call.Response response = call.send();
            assertThat(response.status()).as("%s", call).isEqualTo(404);
            assertThat(response.error())
                    .contains(
                            "there is no backend \"127.0.0.1:1\"; there are 127.0.0.1:"
                                    + one.port());
        }
    }

    @Test
    @DisplayName("an unknown connection")
    void unknownConnection() throws Exception {
        Call.Response response = Call.of(admin, "DELETE", "/api/v1/connections/123456789").send();
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.error()).contains("no open connection 123456789");
        for (String id : List.of("x", "-1", "1.5", "99999999999999999999999", "")) {
            Call call = Call.of(admin, "DELETE", "/api/v1/connections/" + id);
            assertThat(call.send().status()).as(id).isEqualTo(400);
        }
        for (String query : List.of("x=1", "backend", "pool=a&pool=b", "pool=a&", "=", "Pool=a")) {
            assertThat(Call.get(admin, "/api/v1/connections?" + query).send().error())
                    .isEqualTo(
                            "the query \""
                                    + query
                                    + "\" is not valid; the parameters are frontend=..., pool=...,"
                                    + " backend=..., each at most once");
        }
    }

    @Test
    @DisplayName("conflicts: a name in use, the last backend, the last one that is up")
    void conflicts() throws Exception {
        String taken = "{\"address\":\"127.0.0.1:" + one.port() + "\"}";
        assertConflict(Call.of(admin, "POST", BACKENDS).body(taken));
        assertThat(Call.of(admin, "PATCH", path(two)).body("{\"state\":\"down\"}").send().status())
                .isEqualTo(200);
        assertConflict(
                Call.of(admin, "PATCH", path(one)).body("{\"state\":\"drain\",\"weight\":77}"));
        assertThat(loadBalancer.stats().backends())
                .extracting(LoadBalancerStats.Backend::weight)
                .containsExactly(3, 2);
        assertThat(Call.of(admin, "PATCH", path(two)).body("{\"state\":\"up\"}").send().status())
                .isEqualTo(200);
        assertThat(Call.of(admin, "DELETE", path(two)).send().status()).isEqualTo(204);
        assertConflict(Call.of(admin, "DELETE", path(one)));
    }

    private static void assertConflict(Call call) throws Exception {
        Call.Response response = call.send();
        assertThat(response.status()).as("%s: %s", call, response).isEqualTo(409);
        assertThat(response.error()).contains(" ");
    }

    @ParameterizedTest(name = "{0} {1}")
    @DisplayName("a method that is not allowed for the path")
    @CsvSource(
            delimiter = '|',
            value = {
                "POST    | /                     | GET, HEAD",
                "POST    | /metrics              | GET, HEAD",
                "DELETE  | /healthz              | GET, HEAD",
                "PUT     | /api/v1/backends      | GET, HEAD, POST",
                "OPTIONS | /api/v1/backends      | GET, HEAD, POST",
                "POST    | /api/v1/backends/x    | GET, HEAD, PATCH, DELETE",
                "PATCH   | /api/v1/stats         | GET, HEAD",
                "POST    | /api/v1/closes        | GET, HEAD",
                "POST    | /api/v1/frontends     | GET, HEAD",
                "POST    | /api/v1/pools         | GET, HEAD",
                "PUT     | /api/v1/pools/default/backends   | GET, HEAD, POST",
                "POST    | /api/v1/pools/default/backends/x | GET, HEAD, PATCH, DELETE",
                "PUT     | /api/v1/connections   | GET, HEAD, DELETE",
                "GET     | /api/v1/connections/1 | DELETE",
                "BREW    | /                     | GET, HEAD",
            })
    void wrongMethods(String method, String path, String allowed) throws Exception {
        Call.Response response = Call.of(admin, method, path).send();
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers()).containsEntry("allow", allowed);
        assertThat(response.error())
                .contains(method + " is not allowed for " + path)
                .contains(allowed);
    }

    @ParameterizedTest(name = "{index}: {0}")
    @DisplayName("an unknown path")
    @CsvSource({
        "/x",
        "/index.html",
        "/api",
        "/api/v1/",
        "/api/v1/backends/",
        "/metrics/",
        "/a//b",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/api/v1/backends/a/b",
        "/api/v1/frontends/",
        "/api/v1/frontends/default",
        "/api/v1/pools/",
        "/api/v1/pools/default",
        "/api/v1/pools//backends",
        "/api/v1/pools/default/backends/",
        "/api/v1/pools/default/backends/a/b",
        "/api/v1/pools/%2e%2e/backends",
        "/uplot/LICENSE"
    })
    void unknownPaths(String path) throws Exception {
        Call.Response response = Call.get(admin, path).send();
        assertThat(response.status()).as("%s", response).isBetween(400, 404);
        assertThat(response.error()).contains(" ");
    }

    @ParameterizedTest(name = "{index}: {0}")
    @DisplayName("a body with another Content-Type than JSON")
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json; charset=utf-16",
                "application/jsonp",
                "text/plain; application/json",
            })
    void wrongContentType(String type) throws Exception {
        Call.Response response =
                Call.of(admin, "PATCH", path(one))
                        .header("Content-Type", type)
                        .body("{\"weight\":5}")
                        .send();
        assertThat(response.status()).isEqualTo(415);
        assertThat(response.error()).contains("Content-Type: application/json");
    }

    @Test
    @DisplayName("an address open to anyone, an unknown one, one that is in use")
    void badAddresses() throws Exception {
        assertThatThrownBy(
                        () ->
                                AdminServer.start(
                                        loadBalancer, new InetSocketAddress("0.0.0.0", 0), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.0.0.0 would be open to anyone")
                .hasMessageContaining("give a token");
        assertThatThrownBy(
                        () ->
                                AdminServer.start(
                                        loadBalancer,
                                        InetSocketAddress.createUnresolved("nowhere.invalid", 1),
                                        "6b1f0a-secret-7c2d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere.invalid");
        for (String token : List.of("", " ", "two words", "ümlaut", "line\n")) {
            assertThatThrownBy(() -> AdminServer.start(loadBalancer, loopback(0), token))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("token");
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(
                            () ->
                                    AdminServer.start(
                                            loadBalancer, loopback(taken.getLocalPort()), null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(":" + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    @DisplayName("bytes that are not HTTP do not disturb other clients")
    void noHttp() throws Exception {
        for (String bytes :
                List.of(
                        "\r\n\r\n",
                        "\0\0\0\0",
                        "GET\r\n\r\n",
                        "GET x y z\r\n\r\n",
                        "\u0016\u0003\u0001")) {
            try (Peer peer = Peer.connect(admin.port())) {
                peer.send(bytes).finish();
                peer.readToEnd();
            }
            assertThat(Call.get(admin, "/healthz").send().status()).isEqualTo(200);
        }
    }
}
