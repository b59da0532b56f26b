package dev.eventloop.examples.httpproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.fixture.ScriptedServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a process, from its start to a signal, with common clients. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class ProxyRunsAsAProcessTest {
    @EveryBackend
    @DisplayName("curl uses it for http and https")
    void servesCurl(String backend, @TempDir Path folder) throws Exception {
        assumeTrue(Program.find("curl") != null, "there is no curl");
        assumeTrue(Program.find("openssl") != null, "there is no openssl");
        Path file = Files.write(folder.resolve("file"), Payload.random(9, Payload.MIB));
        Path copy = folder.resolve("copy");
        Path key = folder.resolve("key");
        Path certificate = folder.resolve("certificate");
        String ignored =
                Program.run(
                        ("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "
                                        + key
                                        + " -out "
                                        + certificate)
                                .split(" ", -1));
        String server =
                "cd %s && exec openssl s_server -WWW -accept 127.0.0.1:0 -cert %s -key %s"
                        .formatted(folder, certificate, key);
        try (JavaProgram proxy =
                        JavaProgram.start(
                                List.of("-Deventloop.backend=" + backend), Main.class, "0");
                ScriptedServer plain =
                        ScriptedServer.start(
                                peer -> {
                                    peer.send("HTTP/1.0 200 OK\r\n\r\n")
                                            .send(Files.readAllBytes(file));
                                    peer.finish();
                                    peer.readToEnd();
                                });
                Program tls = Program.start("sh", "-c", server)) {
            Await.until("s_server listens: " + tls, () -> listening(tls) > 0);
            String through = "http://127.0.0.1:" + proxy.port();
            for (String url :
                    List.of(
                            "http://localhost:" + plain.port() + "/",
                            "https://localhost:" + listening(tls) + "/file")) {
                Files.deleteIfExists(copy);
                Program.run(
                        "curl",
                        "-sSfk",
                        "--noproxy",
                        "",
                        "-x",
                        through,
                        "-o",
                        copy.toString(),
                        url);
                assertThat(copy).hasSameBinaryContentAs(file);
            }
            assertThat(proxy.signal("TERM").awaitExit()).as("%s", proxy).isZero();
            assertThat(proxy.err()).isEmpty();
        }
    }

    /** The port in "ACCEPT 127.0.0.1:4711"; 0 until it is printed. */
    private static int listening(Program server) throws Exception {
        Matcher matcher = Pattern.compile("ACCEPT .*:(\\d+)").matcher(server.output());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Test
    @DisplayName("without file descriptors it says so once, and waiting clients are served later")
    void outOfDescriptors() throws Exception {
        try (NamedServer server = NamedServer.start("here");
                JavaProgram proxy = JavaProgram.startWithOpenFiles(60, Main.class, "0")) {
            List<Peer> peers = new ArrayList<>();
            int port = proxy.port();
            try {
                while (proxy.err().isEmpty()) {
                    peers.add(Peer.connect(port));
                    Thread.sleep(5); // so that few descriptors are left
                }
                try (Peer last = Peer.connect(port)) {
                    last.send("CONNECT 127.0.0.1:" + server.port() + " HTTP/1.1\r\n\r\n");
                    for (Peer peer : peers) {
                        peer.close();
                    }
                    assertThat(last.readText(9)).isEqualTo("HTTP/1.1 ");
                }
            } finally {
                for (Peer peer : peers) {
                    peer.close();
                }
            }
            assertThat(proxy.err())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "http-proxy: accepting is paused from time to time: Too many open files");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "99999,PORT 99999 is not a whole number from 0 to 65535",
        "seven,'seven'",
        "--frobnicate,'--frobnicate'",
        "0 --allow=http://x,--allow http://x is not a host",
        "0 --host=0.0.0.0,can be reached from other machines",
        "0 --idle-timeout=-1,--idle-timeout must be 0.001 seconds or more",
        "0 --backend=magic,magic",
        "0 --host=nowhere.invalid,nowhere.invalid does not resolve"
    })
    @DisplayName("wrong arguments: exit code 2 and one sentence")
    void wrongArguments(String arguments, String sentence) throws Exception {
        try (JavaProgram proxy = JavaProgram.start(Main.class, arguments.split(" ", -1))) {
            assertThat(proxy.awaitExit()).as("%s", proxy).isEqualTo(2);
            assertThat(proxy.out()).isEmpty();
            assertThat(proxy.err()).singleElement().asString().contains(sentence);
        }
    }

    @Test
    @DisplayName("a port in use: exit code 1 and one sentence")
    void portInUse() throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram proxy =
                        JavaProgram.start(Main.class, Integer.toString(owner.getLocalPort()))) {
            assertThat(proxy.awaitExit()).isEqualTo(1);
            assertThat(proxy.err()).singleElement().asString().contains("EADDRINUSE");
        }
    }
}
