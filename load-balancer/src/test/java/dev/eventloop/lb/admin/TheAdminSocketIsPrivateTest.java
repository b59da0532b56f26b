package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.fixture.LbProcess;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The admin API on a unix-domain socket: for its owner only, without a token, and left nowhere. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class TheAdminSocketIsPrivateTest {
    @TempDir private Path folder;

    private NamedServer server;
    private LoadBalancer loadBalancer;
    private Path path;

    @BeforeEach
    void start() throws IOException {
        server = NamedServer.start("S");
        loadBalancer =
                Unchecked.builder()
                        .listen("127.0.0.1", 0)
                        .threads(1)
                        .backend("127.0.0.1", server.port())
                        .start();
        path = folder.resolve("admin.sock");
    }

    @AfterEach
    void stop() throws IOException {
        loadBalancer.close();
        server.close();
    }

    private AdminServer open(String token) throws IOException {
        return AdminServer.start(loadBalancer, UnixDomainSocketAddress.of(path), token);
    }

    private String ask(String target, String fields) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            String request = "GET " + target + " HTTP/1.1\r\nHost: lb\r\n" + fields;
            String last = "Connection: close\r\n\r\n";
            client.write(ByteBuffer.wrap((request + last).getBytes(StandardCharsets.US_ASCII)));
            byte[] all = Channels.newInputStream(client).readAllBytes();
            return new String(all, StandardCharsets.UTF_8);
        }
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    @DisplayName("it has the mode 0600, answers without a token, and is removed at the end")
    void lifeOfASocket() throws Exception {
        try (AdminServer admin = open(null)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            assertThat(files()).isEqualTo(1);
            assertThat(admin.location()).isEqualTo("unix:" + path);
            assertThat(ask("/api/v1/backends", "")).startsWith("HTTP/1.1 200");
            assertThat(ask("/healthz", "")).startsWith("HTTP/1.1 200");
        }
        assertThat(files()).isZero();
    }

    @Test
    @DisplayName("with a token, it is required here as well")
    void token() throws Exception {
        try (AdminServer admin = open("0123456789abcdef")) {
            assertThat(admin.location()).startsWith("unix:");
            assertThat(ask("/metrics", "")).startsWith("HTTP/1.1 401");
            assertThat(ask("/metrics", "Authorization: Bearer 0123456789abcdef\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    @DisplayName("a socket that a killed process left is replaced")
    void leftSocket() throws Exception {
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (AdminServer admin = open(null)) {
            assertThat(admin.location()).startsWith("unix:");
            assertThat(ask("/healthz", "")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    @DisplayName("a socket that is served, a file and a missing folder are refused in a sentence")
    void takenPath() throws Exception {
        try (AdminServer admin = open(null)) {
            assertThatThrownBy(() -> open(null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("admin.sock is served by another process");
            assertThat(ask("/healthz", "")).as(admin.location()).startsWith("HTTP/1.1 200");
        }
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> open(null)).hasMessageContaining("is there and is no socket");
        assertThat(path).hasContent("precious");
        Files.delete(path);
        try (Program mkfifo = Program.start("mkfifo", path.toString())) {
            assertThat(mkfifo.awaitExit()).isZero();
        }
        assertThatThrownBy(() -> open(null)).hasMessageContaining("is there and is no socket");
        assertThat(path).exists();
        path = folder.resolve("missing/admin.sock");
        assertThatThrownBy(() -> open(null)).hasMessageContaining("cannot be made");
    }

    @Test
    @DisplayName("a socket that another process has put in its place stays")
    void replacedSocket() throws Exception {
        AdminServer first = open(null);
        Files.move(path, folder.resolve("old"));
        try (AdminServer second = open(null)) {
            first.close();
            assertThat(ask("/healthz", "")).as(second.location()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    @DisplayName("--admin unix:PATH")
    void option() throws Exception {
        try (JavaProgram lb =
                LbProcess.start("0", "127.0.0.1:" + server.port(), "--admin", "unix:" + path)) {
            lb.awaitOut("Admin page: unix:" + path);
            assertThat(ask("/readyz", "")).startsWith("HTTP/1.1 200");
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
            assertThat(path).doesNotExist();
        }
    }
}
