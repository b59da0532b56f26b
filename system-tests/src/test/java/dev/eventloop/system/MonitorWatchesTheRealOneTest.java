package dev.eventloop.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.examples.monitor.Main;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.ClassPath;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.command.HighPerfLb;
import java.io.File;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The monitor and {@code high_perf_lb} itself, each as a process. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class MonitorWatchesTheRealOneTest {
    private static final String ADMIN = "Admin page: ";

    private static JavaProgram loadBalancer(String admin, int backend, String... more)
            throws Exception {
        String[] arguments = new String[more.length + 4];
        System.arraycopy(more, 0, arguments, 4, more.length);
        arguments[0] = "0";
        arguments[1] = "127.0.0.1:" + backend + ":3";
        arguments[2] = "--admin";
        arguments[3] = admin;
        return JavaProgram.start(HighPerfLb.class, arguments).awaitOut(ADMIN);
    }

    /** The URL of its admin port. */
    private static String url(JavaProgram loadBalancer) {
        return loadBalancer.out().stream()
                .filter(line -> line.startsWith(ADMIN))
                .map(line -> line.substring(ADMIN.length(), line.length() - 1))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "poll", "select"})
    @DisplayName("it prints lines of figures, and exits with 0 on a signal")
    void lines(String backend) throws Exception {
        try (EchoServer server = EchoServer.start();
                JavaProgram lb = loadBalancer("127.0.0.1:0", server.port());
                Peer peer = Peer.connect(lb.port())) {
            assertThat(peer.send("hello").readText(5)).isEqualTo("hello");
            try (JavaProgram monitor =
                    JavaProgram.start(
                            List.of("-Deventloop.backend=" + backend),
                            Main.class,
                            url(lb),
                            "--interval=50ms")) {
                monitor.awaitOut(" all ready active=1 ");
                monitor.awaitOut(
                        " 127.0.0.1:"
                                + server.port()
                                + " up weight=3 share=1.000 active=1 new/s=0.0");
                peer.send("x".repeat(1000));
                Await.until(
                        "bytes are reported: " + monitor,
                        () -> monitor.out().stream().anyMatch(line -> !line.contains("up_B/s=0 ")));
                assertThat(monitor.signal("INT").awaitExit()).isZero();
                assertThat(monitor.err()).isEmpty();
                assertThat(monitor.out())
                        .allMatch(line -> line.matches("[0-9:]{8} [^\\p{Cntrl}]+"));
            }
        }
    }

    @Test
    @DisplayName("a load balancer that stops and restarts is reported and still monitored")
    void restarts() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                JavaProgram first = loadBalancer("127.0.0.1:0", server.port())) {
            String url = url(first);
            try (JavaProgram monitor = JavaProgram.start(Main.class, url, "--interval=100ms")) {
                monitor.awaitOut(" all ready ");
                assertThat(first.signal("TERM").awaitExit()).isZero();
                monitor.awaitOut(" * " + url + ": Connection refused; retrying");
                String admin = url.substring("http://".length());
                try (JavaProgram second = loadBalancer(admin, server.port())) {
                    monitor.awaitOut(" * high_perf_lb was restarted; rates begin at 0");
                    int port = second.port();
                    assertThat(NamedServer.ask(port)).isEqualTo("A");
                }
                assertThat(monitor.out().stream().filter(line -> line.contains("refused")).count())
                        .as("how often it is reported: %s", monitor)
                        .isBetween(1L, 2L);
                assertThat(monitor.signal("TERM").awaitExit()).isZero();
            }
        }
    }

    @Test
    @DisplayName("a required token must be given, and a sentence says how")
    void tokens(@TempDir Path folder) throws Exception {
        Path token =
                Files.writeString(folder.resolve("token"), "0123456789abcdef0123456789abcdef\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Path other = Files.writeString(folder.resolve("other"), "another\n");
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb =
                        loadBalancer(
                                "127.0.0.1:0",
                                server.port(),
                                "--admin-token-file",
                                token.toString());
                JavaProgram without = JavaProgram.start(Main.class, url(lb));
                JavaProgram wrong =
                        JavaProgram.start(Main.class, url(lb), "--token-file=" + other);
                JavaProgram right =
                        JavaProgram.start(
                                Main.class, url(lb), "--token-file=" + token, "--count=1")) {
            assertThat(right.awaitExit()).as("%s", right).isZero();
            assertThat(right.out()).hasSize(2).first().asString().contains(" all ready ");
            for (JavaProgram refused : List.of(without, wrong)) {
                assertThat(refused.awaitExit()).isEqualTo(1);
                assertThat(refused.err())
                        .singleElement()
                        .isEqualTo(
                                "monitor: "
                                        + url(lb)
                                        + " requires a token, and this one is wrong or missing; see --token-file");
            }
        }
    }

    @Test
    @DisplayName("on a terminal it draws in place, and Ctrl-C restores the terminal")
    void terminal(@TempDir Path folder) throws Exception {
        assumeTrue(
                Program.find("script") != null && System.getProperty("os.name").equals("Linux"),
                "this test needs Linux's script(1)");
        Path typescript = folder.resolve("typescript");
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb = loadBalancer("127.0.0.1:0", server.port())) {
            String command = // exec: otherwise dash stays the parent, and Ctrl-C kills it
                    "exec "
                            + System.getProperty("java.home")
                            + "/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
                            + " -XX:+IgnoreUnrecognizedVMOptions"
                            + " --enable-native-access=ALL-UNNAMED"
                            + " --sun-misc-unsafe-memory-access=allow -cp "
                            + ClassPath.ofOneJar()
                            + " "
                            + Main.class.getName()
                            + " --interval=100ms "
                            + url(lb);
            Process process =
                    new ProcessBuilder("script", "-qec", command, "/dev/null")
                            .redirectErrorStream(true)
                            .redirectOutput(new File(typescript.toString()))
                            .start();
            try (OutputStream keyboard = process.getOutputStream()) {
                Await.until(
                        "it draws twice",
                        () -> Files.readString(typescript).split("BACKEND", -1).length > 2);
                keyboard.write(3); // Ctrl-C
                keyboard.flush();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).isZero();
            assertThat(Files.readString(typescript))
                    .startsWith("\u001b[?1049h\u001b[?25l\u001b[?7l")
                    .contains("127.0.0.1:" + server.port())
                    .contains("\u001b[32mready\u001b[0m")
                    .endsWith("\u001b[?7h\u001b[?25h\u001b[?1049l");
        }
    }
}
