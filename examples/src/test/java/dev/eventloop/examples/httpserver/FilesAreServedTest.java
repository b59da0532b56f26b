package dev.eventloop.examples.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files arrive unchanged, on every backend. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class FilesAreServedTest {
    @TempDir Path root;

    @BeforeEach
    void fillTheFolder() throws Exception {
        Files.writeString(root.resolve("index.html"), "<p>index");
        Files.createDirectory(root.resolve("sub"));
        Files.writeString(root.resolve("sub/index.html"), "<p>sub");
        Files.writeString(root.resolve("with space.txt"), "spaced");
    }

    @EveryBackend
    @DisplayName("a folder is served as its index.html, and its path ends with a slash")
    void foldersHaveAnIndex(String backend) throws Exception {
        try (RunningServer server = RunningServer.start(backend, root)) {
            assertThat(server.get("/"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nContent-Type: text/html; charset=utf-8\r\n")
                    .contains("\r\nConnection: close\r\n")
                    .endsWith("\r\n\r\n<p>index");
            assertThat(server.get("/sub/?a=b")).endsWith("\r\n\r\n<p>sub");
            assertThat(server.get("/sub"))
                    .startsWith("HTTP/1.1 301 ")
                    .contains("\r\nLocation: /sub/\r\n");
            assertThat(server.get("/with%20space.txt")).endsWith("\r\n\r\nspaced");
            assertThat(server.get("/index.html/")).startsWith("HTTP/1.1 404 ");
            assertThat(server.get("/nothing")).startsWith("HTTP/1.1 404 ");
        }
    }

    @EveryBackend
    @DisplayName("a slow reader gets all of a large file, and so does a fast one at the same time")
    void largeFilesArriveWhole(String backend) throws Exception {
        byte[] content = Payload.random(7, 8 * Payload.MIB);
        Files.write(root.resolve("large"), content);
        try (RunningServer server = RunningServer.start(backend, root);
                Peer slow = Peer.connectWithSmallWindow(server.port());
                Peer fast = server.connect()) {
            slow.send(RunningServer.request("GET", "/large"));
            assertThat(body(fast.send(RunningServer.request("GET", "/large")).readToEnd()))
                    .isEqualTo(content);
            assertThat(body(slow.readToEnd())).isEqualTo(content);
        }
    }

    private static byte[] body(byte[] response) {
        for (int i = 0; ; i++) {
            boolean end = response[i] == '\r' && response[i + 1] == '\n' && response[i + 2] == '\r';
            if (end) {
                return Arrays.copyOfRange(response, i + 4, response.length);
            }
        }
    }

    @EveryBackend
    @DisplayName("all pipelined requests are answered, in order")
    void pipelinedRequests(String backend) throws Exception {
        StringBuilder requests = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            String body = "file " + i % 10;
            Files.writeString(root.resolve(i % 10 + ".txt"), body);
            requests.append("GET /").append(i % 10).append(".txt HTTP/1.1\r\nHost: x\r\n\r\n");
            expected.append(body).append('\n');
        }
        try (RunningServer server = RunningServer.start(backend, root);
                Peer peer = server.connect()) {
            peer.send(requests.toString()).finish();
            String bodies =
                    peer.readTextToEnd().replaceAll("(?s)HTTP/1.1 200 .*?\r\n\r\n(file .)", "$1\n");
            assertThat(bodies).isEqualTo(expected.toString());
        }
    }

    @EveryBackend
    @DisplayName("a request may arrive one byte at a time")
    void oneByteAtATime(String backend) throws Exception {
        try (RunningServer server = RunningServer.start(backend, root);
                Peer peer = server.connect()) {
            for (byte each :
                    RunningServer.request("GET", "/").getBytes(StandardCharsets.US_ASCII)) {
                peer.send(new byte[] {each});
            }
            assertThat(peer.readTextToEnd()).endsWith("<p>index");
        }
    }

    @EveryBackend
    @DisplayName("a file truncated while it is sent ends with a reset, and nothing spins")
    void truncatedFiles(String backend) throws Exception {
        Path large = root.resolve("large");
        Files.write(large, new byte[64 * Payload.MIB]);
        try (RunningServer server = RunningServer.start(backend, root);
                Peer peer = Peer.connectWithSmallWindow(server.port())) {
            peer.send(RunningServer.request("GET", "/large"));
            peer.readText(100);
            try (RandomAccessFile writer = new RandomAccessFile(large.toFile(), "rw")) {
                writer.setLength(1000);
            }
            assertThat(peer.readUntilReset().length).isLessThan(64 * Payload.MIB);
            assertThat(server.get("/")).endsWith("<p>index");
        }
    }

    @EveryBackend
    @DisplayName("each host has its site, and other hosts the default one")
    void virtualHosts(String backend, @TempDir Path other) throws Exception {
        Files.writeString(other.resolve("index.html"), "<p>other");
        Map<String, Path> sites = Map.of("other.test", other);
        try (RunningServer server =
                RunningServer.start(backend, RunningServer.PATIENT, root, sites)) {
            String end = " HTTP/1.1\r\nConnection: close\r\n";
            assertThat(server.ask("GET /" + end + "Host: Other.TEST:8000\r\n\r\n"))
                    .endsWith("<p>other");
            assertThat(server.ask("GET http://other.test/" + end + "Host: x\r\n\r\n"))
                    .endsWith("<p>other");
            assertThat(server.ask("GET /" + end + "Host: [::1]:80\r\n\r\n")).endsWith("<p>index");
            assertThat(server.ask("GET / HTTP/1.0\r\n\r\n")).endsWith("<p>index");
        }
    }

    @EveryBackend
    @DisplayName("a client that leaves in the middle, with or without a reset, leaves nothing open")
    void nothingIsLeftOpen(String backend) throws Exception {
        Files.write(root.resolve("large"), new byte[8 * Payload.MIB]);
        ProcessFacts facts = ProcessFacts.ofThisProcess();
        try (RunningServer server = RunningServer.start(backend, root)) {
            assertThat(server.get("/")).endsWith("<p>index");
            int before = Await.steady(java.time.Duration.ofMillis(100), facts::openFiles);
            for (int i = 0; i < 50; i++) {
                Peer peer = server.connect().send(RunningServer.request("GET", "/large"));
                if (i % 2 == 0) {
                    peer.readText(10);
                }
                if (i % 3 == 0) {
                    peer.reset();
                } else {
                    peer.close();
                }
                server.connect().send("GET / HT").reset();
            }
            Await.until("every file is closed", () -> facts.openFiles() <= before);
        }
    }
}
