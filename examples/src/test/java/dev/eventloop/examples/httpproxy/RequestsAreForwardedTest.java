package dev.eventloop.examples.httpproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.fixture.SilentPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Requests with an absolute URI: what the proxy forwards, and what it answers itself. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class RequestsAreForwardedTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    /** A server that stores the head of a request and sends this answer. */
    private static ScriptedServer recording(CompletableFuture<String> seen, String answer)
            throws IOException {
        return ScriptedServer.start(
                peer -> {
                    seen.complete(head(peer));
                    peer.send(answer).finish();
                });
    }

    /** Reads a head, byte by byte. */
    private static String head(Peer peer) throws Exception {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append(peer.readText(1));
        }
        return head.toString();
    }

    @EveryBackend
    @DisplayName("the request is forwarded without hop-by-hop headers, and so is the answer")
    void hopByHop(String backend) throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        String answer =
                "HTTP/1.1 200 Fine\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: 5\r\n"
                        + "X-Hop: 1\r\nX-End: 2\r\nContent-Length: 2\r\n\r\nok";
        try (ScriptedServer server = recording(seen, answer);
                RunningProxy proxy = RunningProxy.start(backend)) {
            String authority = "127.0.0.1:" + server.port();
            String request =
                    "GET http://"
                            + authority
                            + "/a/b?c=d HTTP/1.1\r\nHost: elsewhere\r\nX-End: 1\r\n"
                            + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\n"
                            + "Connection: X-Mine, close\r\nX-Mine: 1\r\nTE: trailers\r\n\r\n";
            assertThat(proxy.ask(request))
                    .isEqualTo(
                            "HTTP/1.1 200 Fine\r\nX-End: 2\r\nContent-Length: 2\r\n"
                                    + "Via: 1.1 eventloop\r\nConnection: close\r\n\r\nok");
            assertThat(seen.get())
                    .isEqualTo(
                            "GET /a/b?c=d HTTP/1.1\r\nHost: "
                                    + authority
                                    + "\r\nX-End: 1\r\nVia: 1.1 eventloop\r\n"
                                    + "Connection: close\r\n\r\n");
        }
    }

    @EveryBackend
    @DisplayName("an HTTP/1.0 client gets no chunks, and a fragment is not forwarded")
    void olderClients(String backend) throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (ScriptedServer server = recording(seen, OK);
                RunningProxy proxy = RunningProxy.start(backend)) {
            String url = "http://127.0.0.1:" + server.port() + "#top";
            assertThat(proxy.ask("GET " + url + " HTTP/1.0\r\n\r\n")).endsWith("ok");
            assertThat(seen.get()).startsWith("GET / HTTP/1.0\r\n");
        }
    }

    @EveryBackend
    @DisplayName("a body is forwarded, counted or chunked, and no byte after it")
    void bodies(String backend) throws Exception {
        String chunks = "5;x=y\r\nhello\r\n3\r\n, y\r\n0\r\nTrailer: z\r\n\r\n";
        String[][] bodies = {
            {"Content-Length: 11\r\n\r\n", "hello, you!"},
            {"Transfer-Encoding: chunked\r\n\r\n", chunks},
            {"\r\n", ""}
        };
        for (String[] body : bodies) {
            CompletableFuture<String> seen = new CompletableFuture<>();
            try (ScriptedServer server =
                            ScriptedServer.start(
                                    peer -> {
                                        head(peer);
                                        String read = peer.readText(body[1].length());
                                        peer.send(OK).finish();
                                        seen.complete(read + peer.readTextToEnd());
                                    });
                    RunningProxy proxy = RunningProxy.start(backend);
                    Peer peer = proxy.connect()) {
                String url = "http://127.0.0.1:" + server.port();
                peer.send("POST " + url + "/ HTTP/1.1\r\n" + body[0] + body[1]);
                peer.send("GET " + url + "/secret HTTP/1.1\r\n\r\n");
                assertThat(peer.readTextToEnd()).startsWith("HTTP/1.1 200 ").endsWith("ok");
                assertThat(seen.get()).isEqualTo(body[1]);
            }
        }
    }

    @EveryBackend
    @DisplayName("100 Continue is forwarded before the final response")
    void interimResponses(String backend) throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(
                                peer -> {
                                    head(peer);
                                    peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                                    String ignored = peer.readText(2);
                                    peer.send(OK).finish();
                                });
                RunningProxy proxy = RunningProxy.start(backend);
                Peer peer = proxy.connect()) {
            peer.send(
                    "PUT http://127.0.0.1:"
                            + server.port()
                            + " HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(head(peer)).isEqualTo("HTTP/1.1 100 Continue\r\nVia: 1.1 eventloop\r\n\r\n");
            assertThat(peer.send("ab").readTextToEnd()).endsWith("\r\n\r\nok");
        }
    }

    @EveryBackend
    @DisplayName("a slow reader gets a large answer completely; a truncated one ends with a reset")
    void largeAnswers(String backend) throws Exception {
        byte[] payload = Payload.random(2, 4 * Payload.MIB);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                peer -> {
                                    boolean whole = head(peer).startsWith("GET /whole ");
                                    peer.send("HTTP/1.0 200 OK\r\n\r\n").send(payload);
                                    if (!whole) {
                                        peer.reset();
                                    }
                                });
                RunningProxy proxy = RunningProxy.start(backend)) {
            String url = "http://localhost:" + server.port();
            try (Peer peer = Peer.connectWithSmallWindow(proxy.port())) {
                peer.send("GET " + url + "/whole HTTP/1.1\r\n\r\n");
                assertThat(head(peer)).startsWith("HTTP/1.1 200 OK\r\n");
                assertThat(peer.readToEnd()).isEqualTo(payload);
            }
            try (Peer peer = proxy.connect()) {
                peer.send("GET " + url + "/cut HTTP/1.1\r\n\r\n");
                assertThat(peer.readUntilReset().length).isLessThan(5 * Payload.MIB);
            }
        }
    }

    @EveryBackend
    @DisplayName("no connection, no name, no answer or an invalid one: 502")
    void badGateway(String backend) throws Exception {
        try (RunningProxy proxy = RunningProxy.start(backend);
                RefusingPort refusing = RefusingPort.take();
                ScriptedServer silent = ScriptedServer.start(RequestsAreForwardedTest::head);
                ScriptedServer strange =
                        ScriptedServer.start(peer -> peer.send("SSH-2.0-x\r\n\r\n"))) {
            assertThat(proxy.ask(connect(refusing.port())))
                    .startsWith("HTTP/1.1 502 ")
                    .endsWith(": Connection refused\n");
            assertThat(proxy.ask("CONNECT nowhere.invalid:443 HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 502 ")
                    .endsWith(": its name is unknown\n");
            assertThat(proxy.ask(get(silent.port())))
                    .startsWith("HTTP/1.1 502 ")
                    .endsWith(" closed the connection without an answer\n");
            assertThat(proxy.ask(get(strange.port())))
                    .startsWith("HTTP/1.1 502 ")
                    .endsWith("the server's answer is not HTTP\n");
        }
    }

    @EveryBackend
    @DisplayName("a server that does not accept, or answer, in time: 504")
    void gatewayTimeout(String backend) throws Exception {
        try (SilentPort silent = SilentPort.take();
                RunningProxy proxy = RunningProxy.start(backend, LONG, SHORT, LONG)) {
            assertThat(proxy.ask(connect(silent.port())))
                    .startsWith("HTTP/1.1 504 ")
                    .endsWith(" does not answer\n");
        }
        try (ScriptedServer mute = ScriptedServer.start(peer -> peer.readToEnd());
                RunningProxy proxy = RunningProxy.start(backend, LONG, LONG, SHORT)) {
            assertThat(proxy.ask(get(mute.port())))
                    .startsWith("HTTP/1.1 504 ")
                    .endsWith(" does not answer in time\n");
        }
    }

    @EveryBackend
    @DisplayName("half a request is answered with 408, no request with FIN")
    void slowRequests(String backend) throws Exception {
        try (RunningProxy proxy = RunningProxy.start(backend, SHORT, LONG, LONG)) {
            assertThat(proxy.ask("CONNECT loc")).startsWith("HTTP/1.1 408 ");
            assertThat(proxy.ask("")).isEmpty();
        }
    }

    @EveryBackend
    @DisplayName("a destination that is not allowed: 403")
    void forbidden(String backend) throws Exception {
        try (RunningProxy proxy = RunningProxy.start(backend)) {
            assertThat(proxy.ask("CONNECT example.org:443 HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 403 ")
                    .endsWith("\r\n\r\nexample.org:443 is not allowed\n");
            assertThat(proxy.ask("GET http://EXAMPLE.org HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @EveryBackend
    @DisplayName(
            "a request that is not one for a proxy: 400, and other refusals with their reasons")
    void badRequests(String backend) throws Exception {
        String url = "GET http://localhost/ HTTP/1.1\r\n";
        String post = "POST http://localhost/ HTTP/1.1\r\n";
        String[] requests = {
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET https://localhost/ HTTP/1.1\r\n\r\n",
            "GET http:/// HTTP/1.1\r\n\r\n",
            "GET http://user@localhost/ HTTP/1.1\r\n\r\n",
            "GET http://localhost:99999/ HTTP/1.1\r\n\r\n",
            "CONNECT localhost HTTP/1.1\r\n\r\n",
            "CONNECT localhost:0 HTTP/1.1\r\n\r\n",
            "CONNECT http://localhost:1/ HTTP/1.1\r\n\r\n",
            "CONNECT localhost:1\r\n\r\n",
            "CONNECT  localhost:1 HTTP/1.1\r\n\r\n",
            "\u0016\u0003\u0001\u0000\u0001",
            url + " Folded: x\r\n\r\n",
            url + "A : x\r\n\r\n",
            url + "no colon\r\n\r\n",
            url + "A: \rB: x\r\n\r\n",
            post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            post + "Content-Length: x\r\n\r\n",
            post + "Content-Length: \u000b1\r\n\r\n",
            post + "Transfer-Encoding: \u000bchunked\r\n\r\n",
            "GET http://localhost/\t HTTP/1.1\r\n\r\n",
            "GET http://localhost/\u007f HTTP/1.1\r\n\r\n",
            post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            post + "Transfer-Encoding: chunked, gzip\r\n\r\n",
            post.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n",
        };
        try (RunningProxy proxy = RunningProxy.start(backend)) {
            for (String request : requests) {
                assertThat(proxy.ask(request)).as(request).startsWith("HTTP/1.1 400 ");
            }
            assertThat(proxy.ask("GET http://localhost/ HTTP/2.0\r\n\r\n"))
                    .startsWith("HTTP/1.1 505 ");
            assertThat(proxy.ask(url + "A: " + "a".repeat(40_000))).startsWith("HTTP/1.1 431 ");
            for (int seed = 0; seed < 20; seed++) {
                String noise = new String(Payload.random(seed, 2000), StandardCharsets.ISO_8859_1);
                assertThat(proxy.ask(noise + "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    private static String connect(int port) {
        return "CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\n\r\n";
    }

    private static String get(int port) {
        return "GET http://127.0.0.1:" + port + "/ HTTP/1.1\r\n\r\n";
    }
}
