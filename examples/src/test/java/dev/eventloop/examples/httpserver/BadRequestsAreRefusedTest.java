package dev.eventloop.examples.httpserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A malformed request gets a status that says why, and then EOF. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class BadRequestsAreRefusedTest {
    private static final String GET = "GET / HTTP/1.1\r\n";
    private static final String HOST = "Host: x\r\n";
    private static final String POST = "POST / HTTP/1.1\r\n" + HOST;
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    @TempDir Path root;
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(root.resolve("index.html"), "<p>index");
        server = RunningServer.start("epoll", root);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<Arguments> badRequests() {
        return Stream.of(
                arguments("not a request", 400, "hello\r\n\r\n"),
                arguments("no version", 400, "GET /\r\n\r\n"),
                arguments("no method", 400, " / HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("no target", 400, "GET  HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("a method that never ends", 400, "A".repeat(10_000)),
                arguments("a version of another kind", 400, "GET / HTTQ/1.1\r\n" + HOST + "\r\n"),
                arguments("a later version", 505, "GET / HTTP/2.0\r\n" + HOST + "\r\n"),
                arguments("HTTP/2 without asking", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                arguments("TLS", 400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000"),
                arguments("no host", 400, GET + "\r\n"),
                arguments("two hosts", 400, GET + HOST + HOST + "\r\n"),
                arguments("an invalid host", 400, GET + "Host: a/b\r\n\r\n"),
                arguments("a space before the colon", 400, GET + "Host : x\r\n\r\n"),
                arguments("a folded line", 400, GET + HOST + "A: b\r\n c\r\n\r\n"),
                arguments("a line without a colon", 400, GET + HOST + "abc\r\n\r\n"),
                arguments("a line without a name", 400, GET + HOST + ": x\r\n\r\n"),
                arguments("a CR alone", 400, GET + HOST + "A: b\rc\r\n\r\n"),
                arguments("a control character", 400, GET + HOST + "A: \u0000\r\n\r\n"),
                arguments("a target with a tab", 400, "GET /\t HTTP/1.1\r\n" + HOST + "\r\n"),
                arguments("two lengths", 400, lengths("1", "2")),
                arguments("the same length twice", 400, lengths("1", "1")),
                arguments("a list of lengths", 400, lengths("1, 1")),
                arguments("a length below zero", 400, lengths("-1")),
                arguments("a length with a sign", 400, lengths("+1")),
                arguments("a length that is huge", 400, lengths("9".repeat(40))),
                arguments(
                        "a length and chunks",
                        400,
                        POST + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments(
                        "chunks and a length",
                        400,
                        POST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
                arguments(
                        "chunks in HTTP/1.0",
                        400,
                        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments("another coding", 501, POST + "Transfer-Encoding: gzip\r\n\r\n"),
                arguments(
                        "two codings",
                        501,
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
                arguments("a chunk without a size", 400, CHUNKED + "\r\n"),
                arguments("a chunk with an invalid size", 400, CHUNKED + "x\r\n"),
                arguments("a chunk of huge size", 400, CHUNKED + "fffffffff\r\n"),
                arguments("a chunk longer than it says", 400, CHUNKED + "1\r\nab\r\n"),
                arguments("chunks with LF alone", 400, CHUNKED + "1\na\n0\n\n"),
                arguments("too large a body", 413, lengths("1001")),
                arguments("too large a chunk", 413, CHUNKED + "3e9\r\n"),
                arguments(
                        "many chunks", 413, CHUNKED + "1f4\r\n" + "a".repeat(500) + "\r\n1f5\r\n"),
                arguments("a long target", 414, "GET /" + "a".repeat(9_000) + " HTTP/1.1\r\n"),
                arguments("a long header", 431, GET + HOST + "A: " + "a".repeat(20_000)),
                arguments("many headers", 431, GET + HOST + "A: b\r\n".repeat(101) + "\r\n"),
                arguments("an unknown expectation", 417, GET + HOST + "Expect: tea\r\n\r\n"));
    }

    private static String lengths(String... values) {
        StringBuilder request = new StringBuilder(POST);
        for (String value : values) {
            request.append("Content-Length: ").append(value).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("badRequests")
    @DisplayName("the status says what is wrong, and the bytes after it are not parsed")
    void refused(String what, int status, String request) throws Exception {
        String smuggled = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        String answer = server.ask(request + smuggled);
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nConnection: close\r\n")
                .doesNotContain("<p>index");
        assertThat(server.get("/")).endsWith("<p>index");
    }

    @Test
    @DisplayName("random bytes end the connection and affect no other")
    void noise() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            try (Peer peer = server.connect()) {
                peer.send(Payload.random(seed, 4000));
                String answer = new String(peer.readToEnd(), StandardCharsets.ISO_8859_1);
                assertThat(answer).startsWith("HTTP/1.1 400 ");
            }
        }
        assertThat(server.get("/")).endsWith("<p>index");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
    @DisplayName("other methods get 405, and the next request is answered")
    void methods(String method) throws Exception {
        String bodies =
                method
                        + " / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /"
                        + method
                        + " / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3;a=b\r\nGET\r\n2\r\n /\r\n0\r\nTrailer: x\r\n\r\n"
                        + RunningServer.request("GET", "/");
        assertThat(server.ask(bodies))
                .matches("(?s)(HTTP/1.1 405 .*\r\nAllow: GET, HEAD\r\n.*){2}HTTP/1.1 200 .*")
                .endsWith("<p>index");
    }

    @Test
    @DisplayName("with Expect, a body is requested or refused before it is sent")
    void expectations() throws Exception {
        String expect = "Host: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
        try (Peer peer = server.connect()) {
            String goOn = "HTTP/1.1 100 Continue\r\n\r\n";
            assertThat(peer.send("GET / HTTP/1.1\r\n" + expect).readText(goOn.length()))
                    .isEqualTo(goOn);
            assertThat(peer.send("hello").finish().readTextToEnd()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(server.ask("POST / HTTP/1.1\r\n" + expect)).startsWith("HTTP/1.1 405 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret",
                "/..",
                "/sub/../../secret",
                "/%2e%2e/secret",
                "/%2e%2e%2fsecret",
                "/.%2E/secret",
                "//../secret",
                "/../../../../../etc/passwd",
                "/%zz",
                "/%4",
                "/secret%00"
            })
    @DisplayName("paths out of the root and malformed paths are refused")
    void traversal(String path) throws Exception {
        Files.writeString(root.resolveSibling("secret"), "secret");
        assertThat(server.get(path)).startsWith("HTTP/1.1 400 ").doesNotContain("secret");
    }

    @Test
    @DisplayName("links are followed within the root only")
    void links(@TempDir Path outside) throws Exception {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("out"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("outside"), outside);
        Files.createSymbolicLink(root.resolve("in"), root.resolve("index.html"));
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        Files.createDirectory(root.resolve("sub"));
        Files.createSymbolicLink(root.resolve("sub/index.html"), outside.resolve("secret"));
        assertThat(server.get("/in")).endsWith("<p>index");
        assertThat(server.get("/out")).startsWith("HTTP/1.1 403 ").doesNotContain("secret");
        assertThat(server.get("/outside/secret")).startsWith("HTTP/1.1 403 ");
        assertThat(server.get("/sub/")).startsWith("HTTP/1.1 403 ");
        assertThat(server.get("/loop")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    @DisplayName("hidden files and pipes are not served")
    void hiddenFiles() throws Exception {
        Files.createDirectories(root.resolve(".git"));
        Files.writeString(root.resolve(".git/config"), "secret");
        Files.createDirectories(root.resolve(".well-known"));
        Files.writeString(root.resolve(".well-known/security.txt"), "mail us");
        assertThat(server.get("/.git/config")).startsWith("HTTP/1.1 404 ");
        assertThat(server.get("/.well-known/security.txt")).endsWith("mail us");
        String ignored =
                dev.eventloop.fixture.Program.run("mkfifo", root.resolve("pipe").toString());
        assertThat(server.get("/pipe")).startsWith("HTTP/1.1 403 ");
    }
}
