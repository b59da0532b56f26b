package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.admin.http.HttpRequest;
import dev.eventloop.lb.admin.http.HttpRequests;
import dev.eventloop.lb.admin.http.HttpResponse;
import dev.eventloop.lb.fixture.Fuzz;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a request of the API has as its target or its body, the answer is a sentence. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class FuzzedChangesAreAnsweredTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NamedServer one;
    private NamedServer two;
    private LoadBalancer loadBalancer;
    private RequestHandler handler;
    private String backend;

    @BeforeEach
    void start() throws IOException {
        one = NamedServer.start("one");
        two = NamedServer.start("two");
        loadBalancer =
                Unchecked.builder()
                        .listen("127.0.0.1", 0)
                        .threads(1)
                        .backend("127.0.0.1", one.port())
                        .backend("127.0.0.1", two.port())
                        .start();
        Routes routes = new Routes();
        new Probes(loadBalancer).addTo(routes);
        new BackendsResource(loadBalancer).addTo(routes);
        new ConnectionsResource(loadBalancer, new LastCloses()).addTo(routes);
        Admission admission =
                new Admission(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), null);
        handler = new RequestHandler(admission, routes, new ChangeGate());
        backend = "/api/v1/backends/127.0.0.1:" + one.port();
    }

    @AfterEach
    void stop() throws IOException {
        loadBalancer.close();
        one.close();
        two.close();
    }

    private String answer(HttpRequest request) {
        HttpResponse refusal = handler.refuse(request);
        return HttpRequests.text(refusal == null ? handler.answer(request) : refusal);
    }

    private static void isAnError(String answer) throws IOException {
        assertThat(answer).startsWith("HTTP/1.1 4");
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(JSON.readTree(body).path("error").asText()).contains(" ");
    }

    @Test
    @DisplayName("20,000 mutations of a body: a change, or a sentence")
    void bodies() {
        int[] changed = new int[1];
        Fuzz.bytes(
                20_000,
                List.of(
                        bytes("{\"weight\":5}"),
                        bytes("{\"weight\":256,\"state\":\"up\"}"),
                        bytes("{\"state\":\"drain\"}"),
                        bytes(" {\"w\\u0065ight\" : 1e2, \"x\": [[{}], null, true]}")),
                (body, random) -> {
                    String answer = answer(HttpRequests.change("PATCH", backend, body));
                    if (answer.startsWith("HTTP/1.1 200")) {
                        changed[0]++;
                    } else {
                        isAnError(answer);
                    }
                });
        assertThat(changed[0]).isGreaterThan(1_000);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("20,000 mutations of a target that visible characters can make")
    void targets() {
        Fuzz.texts(
                20_000,
                List.of(
                        backend,
                        "/api/v1/pools/default/backends/unix%3A%2Frun",
                        "/api/v1/connections/1?pool=a&backend=b",
                        "/healthz",
                        "/%2e%2e/%c3%28"),
                (target, random) -> {
                    String visible = target.replaceAll("[^!-~]", "");
                    if (!visible.isEmpty()) {
                        byte[] nothing = {};
                        isAnError(answer(HttpRequests.change("PATCH", visible, nothing)));
                    }
                });
    }
}
