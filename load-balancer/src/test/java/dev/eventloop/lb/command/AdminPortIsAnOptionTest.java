package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.fixture.LbProcess;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The admin port opens only if configured, and a token file restricts it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class AdminPortIsAnOptionTest {
    private static final String ANNOUNCED = "Admin page: ";

    @Test
    @DisplayName("--demo opens it and prints its address")
    void demoHasIt() throws Exception {
        try (JavaProgram lb = LbProcess.start("--demo", "0")) {
            assertThat(status(page(lb), null)).isEqualTo(200);
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    @Test
    @DisplayName("--admin opens it; with --admin-token-file it requires the token")
    void tokenIsDemanded(@TempDir Path folder) throws Exception {
        Path token = folder.resolve("token");
        Files.writeString(token, "a-long-and-random-secret\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb =
                        LbProcess.start(
                                "0",
                                "127.0.0.1:" + server.port(),
                                "--admin",
                                "127.0.0.1:0",
                                "--admin-token-file",
                                token.toString())) {
            URI metrics = page(lb).resolve("/metrics");
            assertThat(status(metrics, null)).isEqualTo(401);
            assertThat(status(metrics, "another-secret")).isEqualTo(401);
            assertThat(status(metrics, "a-long-and-random-secret")).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("without --admin there is no admin port")
    void thereIsNoneByDefault() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb = LbProcess.start("0", "127.0.0.1:" + server.port())) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            assertThat(lb.out()).noneMatch(line -> line.startsWith(ANNOUNCED));
        }
    }

    @Test
    @DisplayName("if its port is in use, a sentence says so and the process exits")
    void portInUse() throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram lb =
                        LbProcess.start(
                                "0",
                                "127.0.0.1:9001",
                                "--admin",
                                "127.0.0.1:" + owner.getLocalPort())) {
            assertThat(lb.awaitExit()).isEqualTo(1);
            assertThat(lb.err())
                    .singleElement()
                    .asString()
                    .contains(":" + owner.getLocalPort())
                    .contains("in use")
                    .doesNotContain("Exception");
        }
    }

    @Test
    @DisplayName("its port is bound first, so that no client is let in if that fails")
    void boundBeforeClientsConnect() throws Exception {
        try (ServerSocket clients = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket admin = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram lb =
                        LbProcess.start(
                                Integer.toString(clients.getLocalPort()),
                                "127.0.0.1:9001",
                                "--admin",
                                "127.0.0.1:" + admin.getLocalPort())) {
            assertThat(lb.awaitExit()).isEqualTo(1);
            assertThat(lb.err())
                    .singleElement()
                    .asString()
                    .contains("the admin port cannot listen on 127.0.0.1:" + admin.getLocalPort());
        }
    }

    private static URI page(JavaProgram lb) throws Exception {
        Await.until(
                "it says where: " + lb,
                () -> lb.out().stream().anyMatch(line -> line.startsWith(ANNOUNCED)));
        String line =
                lb.out().stream().filter(l -> l.startsWith(ANNOUNCED)).findFirst().orElseThrow();
        return URI.create(line.substring(ANNOUNCED.length()));
    }

    private static int status(URI uri, String token) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        if (token != null) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        return connection.getResponseCode();
    }
}
