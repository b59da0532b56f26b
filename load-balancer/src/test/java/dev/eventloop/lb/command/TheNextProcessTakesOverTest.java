package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.LbProcess;
import dev.eventloop.lb.fixture.Load;
import dev.eventloop.lb.handover.NextProcess;
import dev.eventloop.lb.handover.Predecessor;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --handover}: a new process takes over from the old one, and no client notices. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class TheNextProcessTakesOverTest {
    private final HttpClient http = HttpClient.newHttpClient();
    @TempDir private Path folder;
    private Path file;
    private Path socket;
    private NamedServer a;
    private NamedServer b;

    @BeforeEach
    void open() throws IOException {
        file = folder.resolve("lb.yaml");
        socket = folder.resolve("next.sock");
        a = NamedServer.start("A");
        b = NamedServer.start("B");
        write("");
    }

    @AfterEach
    void close() throws IOException {
        a.close();
        b.close();
    }

    private void write(String more) throws IOException {
        Files.writeString(
                file,
                """
                port: 0
                bind: 127.0.0.1
                health-check: off
                drain-timeout: 30s
                admin: 127.0.0.1:0
                handover: %s
                backends: [%s, %s]
                %s
                """
                        .formatted(socket, name(a), name(b), more));
    }

    private static String name(NamedServer server) {
        return "127.0.0.1:" + server.port();
    }

    private JavaProgram start() throws Exception {
        JavaProgram lb = LbProcess.start("--config", file.toString());
        lb.port();
        return lb;
    }

    /** Ends a process that is no child of this one. */
    private static void end(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process != null) {
            process.destroyForcibly();
            process.onExit().get();
        }
    }

    private int change(JavaProgram lb, String method, String path, String body) throws Exception {
        String admin =
                lb.out().stream()
                        .filter(line -> line.startsWith("Admin page: "))
                        .reduce((first, last) -> last)
                        .orElseThrow()
                        .replace("Admin page: ", "");
        return http.send(
                        HttpRequest.newBuilder(URI.create(admin + "api/v1/backends" + path))
                                .header("Content-Type", "application/json")
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    @DisplayName("under load, twice: nobody is refused, open connections go on, changes stay")
    void underLoad() throws Exception {
        long last = -1;
        try (NamedServer c = NamedServer.start("C");
                JavaProgram lb = start()) {
            int port = lb.port();
            Load load = new Load(port, "[ABC]");
            load.awaitMore();
            assertThat(change(lb, "PATCH", "/" + name(a), "{\"state\":\"drain\"}")).isEqualTo(200);
            assertThat(change(lb, "POST", "", "{\"address\":\"" + name(c) + "\"}")).isEqualTo(201);
            assertThat(change(lb, "DELETE", "/" + name(b), "")).isEqualTo(204);
            Peer held = Peer.connect(port);
            assertThat(held.readText(1)).isEqualTo("C");
            for (int i = 0; i < 2; i++) {
                last = NextProcess.start(socket);
                load.awaitMore();
                assertThat(NamedServer.ask(port, 3)).isEqualTo("CCC");
            }
            assertThat(lb.out())
                    .anyMatch(line -> line.equals("taken over from process " + lb.pid()));
            held.close();
            load.stop();
            assertThat(load.strange()).isEmpty();
            Await.until("the old one has ended", () -> !lb.isAlive());
            assertThat(NamedServer.ask(port, 1)).isEqualTo("C");
        } finally {
            end(last);
        }
        assertThat(Files.exists(socket)).as("of the process that was killed").isTrue();
    }

    @Test
    @DisplayName("SIGUSR2 starts the next process")
    void bySignal() throws Exception {
        // HotSpot has SIGUSR2 for itself, unless it is told to use another signal.
        String moved = "_JAVA_SR_SIGNUM=62 exec \"$@\"";
        try (JavaProgram lb = LbProcess.startBy(moved, "--config", file.toString())) {
            lb.port();
            lb.signal("USR2");
            lb.awaitOut("taken over from process " + lb.pid());
            Await.until("the old one has ended", () -> !lb.isAlive());
            assertThat(NamedServer.ask(lb.port(), 2)).isEqualTo("AB");
            end(NextProcess.start(socket));
        }
    }

    @Test
    @DisplayName("a process that ends before it is ready leaves the old one as it was")
    void notReady() throws Exception {
        try (JavaProgram lb = start()) {
            try (Predecessor old = Predecessor.find(socket)) {
                assertThat(old.offer().pid()).isEqualTo(lb.pid());
                assertThat(old.offer().sockets()).isNotEmpty();
                assertThat(change(lb, "PATCH", "/" + name(a), "{\"weight\":2}")).isEqualTo(503);
            }
            Await.until(
                    "changes are allowed again",
                    () -> change(lb, "PATCH", "/" + name(a), "{\"weight\":2}") == 200);
            assertThat(NamedServer.ask(lb.port(), 3)).contains("A", "B");
            assertThat(lb.err()).anyMatch(line -> line.contains("ended before it was ready"));
        }
    }

    @Test
    @DisplayName("a file with a mistake ends the next process, and who asked is told")
    void mistake() throws Exception {
        try (JavaProgram lb = start()) {
            write("retrys: 1");
            JavaProgram asks = LbProcess.start(ReloadBinary.NAME, "--handover", socket.toString());
            assertThat(asks.awaitExit()).isEqualTo(1);
            assertThat(asks.err())
                    .anyMatch(line -> line.contains("ended with exit code 2 before it was ready"));
            assertThat(NamedServer.ask(lb.port(), 2)).isEqualTo("AB");
            assertThat(lb.err()).anyMatch(line -> line.contains("\"retrys\" is no setting"));
        }
    }

    @Test
    @DisplayName("another version, garbage and silence are refused, and the old one goes on")
    void badMessages() throws Exception {
        try (JavaProgram lb = start()) {
            String other = "{\"handover\":2,\"ask\":\"sockets\"}";
            assertThat(say(frame(other))).contains("version 1 of the hand-over");
            assertThat(say(ByteBuffer.wrap(new byte[] {127, 0, 0, 0, 1}))).isEmpty();
            assertThat(say(frame("no json"))).isEmpty();
            assertThat(say(ByteBuffer.wrap(new byte[] {0, 0}))).isEmpty();
            assertThat(NamedServer.ask(lb.port(), 2)).isEqualTo("AB");
            assertThat(lb.err()).anyMatch(line -> line.contains("is none of a hand-over"));
        }
    }

    @Test
    @DisplayName("without a process that listens there is a sentence")
    void nobody() throws Exception {
        assertThat(Predecessor.find(socket)).isNull();
        assertThatThrownBy(() -> NextProcess.start(socket))
                .hasMessage(
                        "no load balancer listens at "
                                + socket
                                + "; start one with --handover "
                                + socket);
        Files.writeString(socket, "a file");
        try (JavaProgram lb = LbProcess.start("--config", file.toString())) {
            assertThat(lb.awaitExit()).isEqualTo(1);
            assertThat(lb.err()).anyMatch(line -> line.contains("is there and is no socket"));
        }
    }

    private static ByteBuffer frame(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).flip();
    }

    private String say(ByteBuffer bytes) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(bytes);
            channel.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(1000);
            try {
                while (channel.read(answer) >= 0) {}
            } catch (SocketException e) { // it has not read all that was sent
                assertThat(e).hasMessageContaining("reset");
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }
}
