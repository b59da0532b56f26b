package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.LbProcess;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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

/** The command as a process, from its start to the signal that ends it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class CommandRunsAsAProcessTest {
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    @DisplayName("a signal closes the listener, connections drain, and the exit code is 0")
    void signalDrains(String signal) throws Exception {
        try (EchoServer server = EchoServer.start();
                JavaProgram lb = LbProcess.start("0", "127.0.0.1:" + server.port());
                Peer client = Peer.connect(lb.port())) {
            int port = lb.port();
            assertThat(client.send("before").readText(6)).isEqualTo("before");
            lb.signal(signal);
            awaitDraining(lb);
            awaitRefusal(port);
            assertThat(client.send("during").readText(6)).isEqualTo("during");
            assertThat(client.finish().readToEnd()).isEmpty();
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
            assertThat(lb.out()).last().isEqualTo("stopped");
            assertThat(lb.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"Windows 11,WSL 2", "NetBSD,JNR has no native library", "Plan 9,is not bound"})
    @DisplayName("on an unsupported system one sentence says so")
    void otherSystemsAreRefused(String osName, String reason) throws Exception {
        try (JavaProgram lb = LbProcess.startOn(osName, "0", "127.0.0.1:9001")) {
            assertThat(lb.awaitExit()).as("%s", lb).isEqualTo(1);
            assertThat(lb.out()).isEmpty();
            assertThat(lb.err()).singleElement().asString().contains(reason);
        }
        try (JavaProgram lb = LbProcess.startOn(osName, "--help")) {
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    @Test
    @DisplayName("a second signal ends the drain")
    void secondSignalEndsIt() throws Exception {
        try (EchoServer server = EchoServer.start();
                JavaProgram lb = LbProcess.start("0", "127.0.0.1:" + server.port());
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").readText(1)).isEqualTo("x");
            lb.signal("TERM");
            awaitDraining(lb);
            assertThat(lb.isAlive()).isTrue();
            lb.signal("TERM");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    @Test
    @DisplayName("the drain timeout ends the drain")
    void drainTimeoutEndsIt() throws Exception {
        try (EchoServer server = EchoServer.start();
                JavaProgram lb =
                        LbProcess.start(
                                "0", "127.0.0.1:" + server.port(), "--drain-timeout", "300ms");
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("x").readText(1)).isEqualTo("x");
            lb.signal("TERM");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    private static void awaitDraining(JavaProgram lb) throws Exception {
        Await.until(
                "it drains: " + lb,
                () -> lb.out().stream().anyMatch(line -> line.startsWith("draining 1 ")));
    }

    private static void awaitRefusal(int port) throws Exception {
        Await.until(
                "connects are refused",
                () -> {
                    try (Peer late = Peer.connect(port)) {
                        return late.localPort() < 0;
                    } catch (ConnectException e) {
                        return true;
                    }
                });
    }

    @Test
    @DisplayName("--help shows every option, and the event backend in effect")
    void helpNamesTheEventBackend() throws Exception {
        try (JavaProgram lb = LbProcess.start("--help")) {
            assertThat(lb.awaitExit()).isZero();
            assertThat(lb.err()).isEmpty();
            assertThat(lb.out())
                    .contains("Event Backend: " + System.getProperty("eventloop.backend", "epoll"));
            assertThat(String.join("\n", lb.out()))
                    .contains("PORT", "BACKEND", "WEIGHT")
                    .contains("--algorithm", "--bind", "--threads", "--max-clients")
                    .contains("--idle-timeout", "--connect-timeout", "--half-close-timeout")
                    .contains("--drain-timeout", "--retries", "--health-check", "--access-log")
                    .contains("--event-backend", "--demo", "--dry-run", "--version")
                    .contains("Default: wrr", "Default: 60s", "Default: 5s", "Default: 30s");
        }
    }

    @Test
    @DisplayName("--version shows the version")
    void versionIsShown() throws Exception {
        try (JavaProgram lb = LbProcess.start("--version")) {
            assertThat(lb.awaitExit()).isZero();
            assertThat(lb.err()).isEmpty();
            assertThat(lb.out()).first().asString().startsWith("high_perf_lb ");
        }
    }

    @Test
    @DisplayName("--dry-run shows the first 20 picks and the limits, and does not listen")
    void dryRunShowsPicks() throws Exception {
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram lb =
                        LbProcess.start(
                                Integer.toString(used.getLocalPort()),
                                "127.0.0.1:9001:5",
                                "127.0.0.1:9002",
                                "[::1]:9003",
                                "--dry-run")) {
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
            assertThat(lb.err()).isEmpty();
            List<String> picks =
                    lb.out().stream()
                            .filter(line -> line.matches("# +\\d+ .*:900\\d"))
                            .map(line -> line.substring(line.length() - 1))
                            .toList();
            assertThat(String.join("", picks)).isEqualTo("11213111121311112131".substring(0, 20));
            assertThat(lb.out())
                    .anyMatch(line -> line.startsWith("# Open files: "))
                    .anyMatch(line -> line.startsWith("# Backlog: "));
        }
    }

    @Test
    @DisplayName("--access-log FILE appends a line per connection")
    void accessLogIsAppended(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        Files.writeString(log, "what was there\n");
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb =
                        LbProcess.start(
                                "0",
                                "127.0.0.1:" + server.port(),
                                "--access-log",
                                log.toString())) {
            assertThat(NamedServer.ask(lb.port(), 3)).isEqualTo("AAA");
            Await.equal(4, () -> Files.readAllLines(log).size()); // while it runs
            lb.signal("TERM");
            assertThat(lb.awaitExit()).isZero();
        }
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).hasSize(4).first().isEqualTo("what was there");
        assertThat(lines.subList(1, 4))
                .allSatisfy(line -> assertThat(line).endsWith("reason=backend-closed"));
    }

    @Test
    @DisplayName("--access-log - writes to standard output")
    void accessLogGoesToStandardOutput() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb =
                        LbProcess.start("0", "127.0.0.1:" + server.port(), "--access-log", "-")) {
            assertThat(NamedServer.ask(lb.port(), 3)).isEqualTo("AAA");
            Await.equal(
                    3L, () -> lb.out().stream().filter(line -> line.contains(" client=")).count());
            lb.signal("TERM");
            assertThat(lb.awaitExit()).isZero();
            assertThat(lb.out()).contains("stopped");
        }
    }

    @Test
    @DisplayName("--demo serves alpha, beta and gamma 3:2:1")
    void demoServesThreeNames() throws Exception {
        try (JavaProgram lb = LbProcess.start("--demo", "0")) {
            URI uri = URI.create("http://127.0.0.1:" + lb.port() + "/");
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
                connection.setRequestProperty("Connection", "close");
                answers.add(
                        new String(
                                        connection.getInputStream().readAllBytes(),
                                        StandardCharsets.UTF_8)
                                .strip());
                connection.disconnect(); // or it stays open, and the drain waits for it
            }
            assertThat(answers).filteredOn("alpha"::equals).hasSize(6);
            assertThat(answers).filteredOn("beta"::equals).hasSize(4);
            assertThat(answers).filteredOn("gamma"::equals).hasSize(2);
            assertThat(lb.out())
                    .anyMatch(line -> line.contains("weight 3") && line.contains("alpha"))
                    .anyMatch(line -> line.contains("weight 2") && line.contains("beta"))
                    .anyMatch(line -> line.contains("weight 1") && line.contains("gamma"));
            lb.signal("INT");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    @Test
    @DisplayName("a port in use: exit code 1, one line, no stack trace, no listener")
    void portInUseEndsIt() throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram lb =
                        LbProcess.start(Integer.toString(owner.getLocalPort()), "127.0.0.1:9001")) {
            assertThat(lb.awaitExit()).isEqualTo(1);
            assertThat(lb.err()).hasSize(1);
            assertThat(lb.out()).isEmpty();
            assertThatThrownBy(lb::port).hasMessageContaining("in use");
        }
    }
}
