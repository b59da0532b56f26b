package dev.eventloop.examples.echo;

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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a process, from its start to a signal. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class EchoRunsAsAProcessTest {
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    @DisplayName("it prints its address and a line per second; on a signal it exits with 0")
    void saysWhatItDoes(String signal) throws Exception {
        try (JavaProgram echo = JavaProgram.start(Main.class, "0");
                Peer peer = Peer.connect(echo.port())) {
            assertThat(peer.send("hello").readText(5)).isEqualTo("hello");
            echo.awaitOut(" 1 connections ");
            assertThat(echo.signal(signal).awaitExit()).as("%s", echo).isZero();
            assertThat(echo.out())
                    .last()
                    .isEqualTo("stopped: 1 messages, 5 bytes, 1 connections at most");
            assertThat(echo.err()).isEmpty();
        }
    }

    @Test
    @DisplayName("nc gets back its file")
    void servesNetcat(@TempDir Path folder) throws Exception {
        assumeTrue(Program.find("nc") != null, "there is no nc");
        Path file = Files.write(folder.resolve("file"), Payload.random(3, Payload.MIB));
        Path answer = folder.resolve("answer");
        try (JavaProgram echo = JavaProgram.start(Main.class, "0", "--edge")) {
            String netcat = "nc -N 127.0.0.1 " + echo.port() + " <" + file + " >" + answer;
            assertThat(Program.run("sh", "-c", netcat)).isEmpty();
            assertThat(answer).hasSameBinaryContentAs(file);
        }
    }

    @Test
    @DisplayName("without file descriptors it says so once, and waiting clients are served later")
    void outOfDescriptors() throws Exception {
        try (JavaProgram echo = JavaProgram.startWithOpenFiles(40, Main.class, "0")) {
            List<Peer> peers = new ArrayList<>();
            try {
                while (echo.err().isEmpty()) {
                    peers.add(Peer.connect(echo.port()).send("x"));
                    Thread.sleep(5); // so that few descriptors are left
                }
                Peer last = peers.remove(peers.size() - 1);
                for (Peer peer : peers) {
                    peer.close();
                }
                assertThat(last.readText(1)).isEqualTo("x");
                last.close();
            } finally {
                for (Peer peer : peers) {
                    peer.close();
                }
            }
            assertThat(echo.err())
                    .singleElement()
                    .asString()
                    .startsWith("echo: cannot accept for now: Too many open files (EMFILE); ");
        }
    }

    @Test
    @DisplayName("clients that are connected when it stops get FIN")
    void stopIsAnEnd() throws Exception {
        try (JavaProgram echo = JavaProgram.start(Main.class, "0");
                Peer peer = Peer.connect(echo.port())) {
            assertThat(peer.send("hello").readText(5)).isEqualTo("hello");
            assertThat(echo.signal("TERM").awaitExit()).isZero();
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "99999,PORT 99999 is not a whole number from 0 to 65535",
        "seven,'seven'",
        "--edgy,'--edgy'",
        "--backend=magic,magic",
        "--edge --backend=poll,poll is level-triggered only",
        "--host=nowhere.invalid,nowhere.invalid does not resolve"
    })
    @DisplayName("wrong arguments: exit code 2 and one sentence")
    void wrongArguments(String arguments, String sentence) throws Exception {
        try (JavaProgram echo = JavaProgram.start(Main.class, arguments.split(" ", -1))) {
            assertThat(echo.awaitExit()).as("%s", echo).isEqualTo(2);
            assertThat(echo.out()).isEmpty();
            assertThat(echo.err()).singleElement().asString().contains(sentence);
        }
    }

    @Test
    @DisplayName("a port in use: exit code 1 and one sentence")
    void portInUse() throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram echo =
                        JavaProgram.start(Main.class, Integer.toString(owner.getLocalPort()))) {
            assertThat(echo.awaitExit()).isEqualTo(1);
            assertThat(echo.err()).singleElement().asString().contains("EADDRINUSE");
        }
    }

    @Test
    @DisplayName("a system property selects the backend")
    void backendIsAChoice() throws Exception {
        try (JavaProgram echo =
                JavaProgram.start(List.of("-Deventloop.backend=select"), Main.class, "0")) {
            assertThat(echo.port()).isPositive();
            assertThat(echo.out()).singleElement().asString().contains("; select, level-triggered");
        }
    }
}
