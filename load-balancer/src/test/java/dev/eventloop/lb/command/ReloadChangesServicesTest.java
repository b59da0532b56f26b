package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP adds, changes and removes frontends and pools; connections go on. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class ReloadChangesServicesTest {
    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("lb.yaml");
    }

    @Test
    @DisplayName("a frontend and its pool come, change and go, and the log says so")
    void servicesComeAndGo() throws Exception {
        int one = FreePort.next();
        int two = FreePort.next();
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                EchoServer echo = EchoServer.start()) {
            String first = entry("first", one) + "pools:\n" + pool("first", a.port());
            write("frontends:\n" + first);
            try (JavaProgram lb = LbProcess.start("--config", file.toString())) {
                lb.awaitOut("listens on 127.0.0.1:" + one + " (first); Event Backend: ");
                lb.awaitOut("  pool first");
                lb.awaitOut("    backend 127.0.0.1:" + a.port() + " weight 1");
                assertThat(NamedServer.ask(one)).isEqualTo("A");
                write("frontends:\n" + entry("second", two) + first + pool("second", echo.port()));
                reload(lb, 1);
                awaitLine(lb, "frontend second is new, on 127.0.0.1:" + two + "; all to second");
                awaitLine(lb, "pool second: backend 127.0.0.1:" + echo.port() + ":1 is new");
                try (Peer held = Peer.connect(two)) {
                    assertThat(held.send("x").readText(1)).isEqualTo("x");
                    write(
                            "frontends:\n"
                                    + entry("first", one).replace("pool: first", "pool: other")
                                    + "    idle-timeout: off\npools:\n"
                                    + pool("other", b.port())
                                    + "    retries: 5\n");
                    reload(lb, 2);
                    awaitLine(lb, "frontend first: the routing is all to other now");
                    awaitLine(lb, "frontend first: idle-timeout is off now, no longer 60s");
                    awaitLine(lb, "frontend second is gone; connections that it has go on");
                    awaitLine(lb, "pool second is gone; connections that it has go on");
                    assertThat(NamedServer.ask(one, 2)).isEqualTo("BB");
                    awaitRefusal(two);
                    assertThat(held.send("still").readText(5)).isEqualTo("still");
                    assertThat(held.finish().readToEnd()).isEmpty();
                }
            }
        }
    }

    @Test
    @DisplayName("what cannot change while it runs is said, with the name of the frontend")
    void someThingsNeedARestart() throws Exception {
        int one = FreePort.next();
        int two = FreePort.next();
        try (NamedServer a = NamedServer.start("A")) {
            String pools = "pools:\n" + pool("first", a.port());
            write("frontends:\n" + entry("first", one) + pools);
            try (JavaProgram lb = LbProcess.start("--config", file.toString())) {
                lb.awaitOut("(first)");
                write("frontends:\n" + entry("first", two) + pools);
                reload(lb, 1);
                awaitLine(lb, "frontend first: the address stays 127.0.0.1:" + one);
                assertThat(lb.err()).noneMatch(line -> line.contains("no longer"));
                assertThat(NamedServer.ask(one)).isEqualTo("A");
            }
        }
    }

    @Test
    @DisplayName("an address in use refuses the reload as a whole; the file with mistakes, too")
    void refusedAsAWhole() throws Exception {
        int one = FreePort.next();
        try (NamedServer a = NamedServer.start("A");
                ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String pools = "pools:\n" + pool("first", a.port());
            write("frontends:\n" + entry("first", one) + pools);
            try (JavaProgram lb = LbProcess.start("--config", file.toString())) {
                lb.awaitOut("(first)");
                write(
                        "frontends:\n"
                                + entry("first", one)
                                + entry("second", used.getLocalPort())
                                        .replace("pool: second", "pool: first")
                                + pools);
                lb.signal("HUP");
                awaitLine(lb, "nothing has changed");
                awaitLine(lb, "cannot listen on 127.0.0.1:" + used.getLocalPort());
                write("frontends:\n" + entry("first", one) + pools.replace("first", "frist"));
                lb.signal("HUP");
                awaitLine(lb, "pool first, which does not exist; there are frist");
                assertThat(NamedServer.ask(one)).isEqualTo("A");
            }
        }
    }

    private static String entry(String name, int port) {
        return "  " + name + ":\n    bind: 127.0.0.1:" + port + "\n    pool: " + name + "\n";
    }

    private static String pool(String name, int port) {
        return "  " + name + ":\n    backends: [127.0.0.1:" + port + "]\n";
    }

    private static void awaitRefusal(int port) throws Exception {
        Await.until(
                "connects to " + port + " are refused",
                () -> {
                    try (Peer late = Peer.connect(port)) {
                        return late.localPort() < 0;
                    } catch (IOException e) {
                        return true;
                    }
                });
    }

    private static void awaitLine(JavaProgram lb, String text) throws Exception {
        Await.until(
                text + ": " + lb, () -> lb.err().stream().anyMatch(line -> line.contains(text)));
    }

    private void reload(JavaProgram lb, int count) throws Exception {
        lb.signal("HUP");
        Await.until(
                "it is reloaded: " + lb,
                () ->
                        lb.err().stream().filter(line -> line.contains("reloaded " + file)).count()
                                == count);
    }

    /** Replaces the file atomically (rename(2)), as editors and deployments do. */
    private void write(String text) throws IOException {
        Path next = folder.resolve("next.yaml");
        Files.writeString(next, "health-check: off\nthreads: 2\n" + text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
