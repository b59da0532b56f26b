package dev.eventloop.examples.httpserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a process, from its start to a signal, with common clients. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class ServerRunsAsAProcessTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir Path root;
    private Path large;

    @BeforeEach
    void fillTheFolder() throws Exception {
        Files.writeString(root.resolve("index.html"), "<p>index");
        large = Files.write(root.resolve("large"), Payload.random(5, 4 * Payload.MIB));
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "poll", "select"})
    @DisplayName("curl gets whole files and parts; wrk and ab have no failed request")
    void servesRealClients(String backend, @TempDir Path copies) throws Exception {
        assumeTrue(Program.find("curl") != null, "there is no curl");
        List<String> property = List.of("-Deventloop.backend=" + backend);
        try (JavaProgram server =
                JavaProgram.start(
                        property, Main.class, "0", root.toString(), "--site=b=" + copies)) {
            String url = "http://127.0.0.1:" + server.port() + "/";
            Path copy = copies.resolve("copy");
            Program.run("curl", "-sSf", "-o", copy.toString(), url + "large");
            assertThat(copy).hasSameBinaryContentAs(large);
            Path rest = Files.write(copies.resolve("rest"), Payload.random(5, 1000));
            Program.run("curl", "-sSf", "-C", "-", "-o", rest.toString(), url + "large");
            assertThat(Files.size(rest)).isEqualTo(Files.size(large));
            assertThat(Program.run("curl", "-sS", url, url, url, "-w", "%{num_connects} "))
                    .isEqualTo("<p>index1 <p>index0 <p>index0 ");
            if (Program.find("wrk") != null) {
                assertThat(Program.run("wrk", "-t1", "-c20", "-d1s", url))
                        .contains("Requests/sec")
                        .doesNotContain("Non-2xx")
                        .doesNotContain("Socket errors");
            }
            if (Program.find("ab") != null) {
                for (String mode : List.of("-q", "-k")) {
                    assertThat(Program.run("ab", mode, "-n", "300", "-c", "10", url))
                            .containsPattern("Complete requests: +300")
                            .containsPattern("Failed requests: +0");
                }
            }
            assertThat(server.signal("TERM").awaitExit()).as("%s", server).isZero();
            assertThat(server.err()).isEmpty();
        }
    }

    @Test
    @DisplayName("nc may end lines with LF and half-close before the answer arrives")
    void servesNetcat() throws Exception {
        assumeTrue(Program.find("nc") != null, "there is no nc");
        try (JavaProgram server = JavaProgram.start(Main.class, "0", root.toString())) {
            String typed =
                    "printf 'GET / HTTP/1.1\\nHost: x\\n\\n' | nc -N 127.0.0.1 " + server.port();
            assertThat(Program.run("sh", "-c", typed)).endsWith("<p>index");
            assertThat(server.signal("INT").awaitExit()).isZero();
        }
    }

    @Test
    @DisplayName("without file descriptors it says so once, and waiting clients are served later")
    void outOfDescriptors() throws Exception {
        try (JavaProgram server =
                JavaProgram.startWithOpenFiles(60, Main.class, "0", root.toString())) {
            List<Peer> peers = new ArrayList<>();
            int port = server.port();
            try {
                while (server.err().isEmpty()) {
                    peers.add(Peer.connect(port));
                    Thread.sleep(5); // so that few descriptors are left
                }
                Peer last = Peer.connect(port).send(REQUEST);
                for (Peer peer : peers) {
                    peer.close();
                }
                assertThat(last.readText(9)).isEqualTo("HTTP/1.1 ");
                last.close();
            } finally {
                for (Peer peer : peers) {
                    peer.close();
                }
            }
            assertThat(server.err())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "http-server: accepting is paused from time to time: Too many open files");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "99999,PORT 99999 is not a whole number from 0 to 65535",
        "seven,'seven'",
        "--frobnicate,'--frobnicate'",
        "0 /nowhere,/nowhere is not a folder",
        "0 . --site=x,'x'",
        "0 . --request-timeout=0,--request-timeout must be 0.001 seconds or more",
        "0 . --idle-timeout=1e-5,--idle-timeout must be 0.001 seconds or more",
        "0 . --backend=magic,magic",
        "0 . --host=nowhere.invalid,nowhere.invalid does not resolve"
    })
    @DisplayName("wrong arguments: exit code 2 and one sentence")
    void wrongArguments(String arguments, String sentence) throws Exception {
        try (JavaProgram server = JavaProgram.start(Main.class, arguments.split(" ", -1))) {
            assertThat(server.awaitExit()).as("%s", server).isEqualTo(2);
            assertThat(server.out()).isEmpty();
            assertThat(server.err()).singleElement().asString().contains(sentence);
        }
    }

    @Test
    @DisplayName("a port in use: exit code 1 and one sentence")
    void portInUse() throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram server =
                        JavaProgram.start(Main.class, Integer.toString(owner.getLocalPort()))) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.err()).singleElement().asString().contains("EADDRINUSE");
        }
    }
}
