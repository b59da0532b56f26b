package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.LbProcess;
import dev.eventloop.lb.fixture.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP applies the changed file under load, and no connection is lost. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class ReloadLosesNoConnectionTest {
    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("lb.yaml");
    }

    @Test
    @DisplayName("backends are added, removed and change weights under load; connections stay")
    void backendsChange() throws Exception {
        try (ScriptedServer old = ScriptedServer.start(ReloadLosesNoConnectionTest::greetAndEcho);
                NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B")) {
            write("retries: 0", address(old.port(), 1), address(a.port(), 1));
            try (JavaProgram lb = start();
                    Peer held = Peer.connect(lb.port())) {
                assertThat(held.readText(1)).isEqualTo("O");
                Load load = new Load(lb.port(), "[OAB]");
                load.awaitMore();
                write("retries: 0", address(a.port(), 3), address(b.port(), 1));
                reload(lb);
                awaitLine(lb, "backend " + address(b.port(), 1) + " is new");
                awaitLine(lb, "127.0.0.1:" + old.port() + " is gone");
                load.awaitMore();
                load.stop();
                assertThat(load.strange()).isEmpty();
                String picks = NamedServer.ask(lb.port(), 8);
                assertThat(picks.chars().filter(c -> c == 'A').count()).as(picks).isEqualTo(6);
                assertThat(picks.chars().filter(c -> c == 'B').count()).as(picks).isEqualTo(2);
                assertThat(held.send("still here").readText(10)).isEqualTo("still here");
                assertThat(held.finish().readToEnd()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("after many signals the last version of the file is in effect")
    void manySignals() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B")) {
            write("retries: 0", address(a.port(), 1));
            try (JavaProgram lb = start()) {
                Load load = new Load(lb.port(), "[OAB]");
                for (int i = 1; i <= 20; i++) {
                    write("retries: " + i, address(i % 2 == 0 ? a.port() : b.port(), i));
                    lb.signal("HUP");
                }
                awaitLine(lb, "retries is 20 now");
                load.awaitMore();
                load.stop();
                assertThat(load.strange()).isEmpty();
                assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("AAAA");
            }
        }
    }

    @Test
    @DisplayName("a file with mistakes changes nothing; all mistakes are logged")
    void badFile() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B")) {
            write("retries: 0", address(a.port(), 1));
            try (JavaProgram lb = start()) {
                write("retrys: 0\nidle-timeout: 9", address(b.port(), 257));
                lb.signal("HUP");
                Await.until(
                        "three mistakes are logged: " + lb,
                        () -> lb.err().stream().filter(this::isMistake).count() == 3);
                assertThat(lb.err())
                        .anyMatch(line -> line.contains("nothing has changed"))
                        .anyMatch(line -> line.contains(file + ":4:1: \"retrys\" is no setting"))
                        .anyMatch(line -> line.contains(file + ":5:15: idle-timeout \"9\""))
                        .noneMatch(line -> line.contains("Exception"));
                assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("AAAA");
                Files.delete(file);
                lb.signal("HUP");
                awaitLine(lb, "no such file");
                write("retries: 0", "no-such-host.invalid:1");
                lb.signal("HUP");
                awaitLine(lb, "is unknown");
                assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("AAAA");
                write("retries: 0", address(b.port(), 1));
                reload(lb);
                assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("BBBB");
            }
        }
    }

    private boolean isMistake(String line) {
        return line.contains(" " + file + ":");
    }

    @Test
    @DisplayName("settings that need a restart stay and are logged; the rest applies at once")
    void someThingsNeedARestart() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B")) {
            write("threads: 1", address(a.port(), 1));
            try (JavaProgram lb = start()) {
                int port = lb.port();
                write(
                        "threads: 2\nmax-clients: 77\naccess-log: log\naccess-log-format: json",
                        address(b.port(), 1));
                Files.writeString(
                        file, Files.readString(file).replace("bind: 127.0.0.1", "bind: 127.0.0.2"));
                reload(lb);
                assertThat(NamedServer.ask(port, 2)).isEqualTo("BB");
                for (String kept :
                        new String[] {
                            "127.0.0.2:0 needs a restart",
                            "2 needs a restart",
                            "77 needs a restart",
                            "access-log stays off; log needs a restart",
                            "access-log-format stays text; json needs a restart"
                        }) {
                    awaitLine(lb, kept);
                }
            }
        }
    }

    @Test
    @DisplayName("options still override the file after a reload")
    void optionsStayFirst() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B")) {
            write("algorithm: wrr", address(a.port(), 1), address(b.port(), 1));
            try (JavaProgram lb = start("--algorithm", "rr")) {
                write("algorithm: wrr", address(a.port(), 3), address(b.port(), 1));
                reload(lb);
                String picks = NamedServer.ask(lb.port(), 8);
                assertThat(picks.chars().filter(c -> c == 'B').count()).as(picks).isEqualTo(4);
            }
        }
    }

    @Test
    @DisplayName("without a file and an access log SIGHUP is logged and ignored")
    void nothingToDo() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                JavaProgram lb = LbProcess.start("0", address(a.port(), 1))) {
            int port = lb.port();
            lb.signal("HUP");
            awaitLine(lb, "nothing to do");
            assertThat(NamedServer.ask(port, 2)).isEqualTo("AA");
            lb.signal("TERM");
            assertThat(lb.awaitExit()).isZero();
        }
    }

    private static void greetAndEcho(Peer client) throws IOException {
        client.send("O");
        byte[] chunk = new byte[1024];
        int count = client.read(chunk, 0, chunk.length);
        while (count >= 0) {
            client.send(chunk, 0, count);
            count = client.read(chunk, 0, chunk.length);
        }
    }

    private static String address(int port, int weight) {
        return "127.0.0.1:" + port + ":" + weight;
    }

    private JavaProgram start(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--config", file.toString()));
        arguments.addAll(List.of(options));
        JavaProgram lb = LbProcess.start(arguments.toArray(String[]::new));
        lb.port(); // from then on SIGHUP does not end the process
        return lb;
    }

    private static void awaitLine(JavaProgram lb, String text) throws Exception {
        Await.until(
                text + ": " + lb, () -> lb.err().stream().anyMatch(line -> line.contains(text)));
    }

    /** Replaces the file atomically (rename(2)), as editors and deployments do. */
    private void write(String settings, String... backends) throws IOException {
        Path next = folder.resolve("next.yaml");
        Files.writeString(
                next,
                "port: 0\nbind: 127.0.0.1\nhealth-check: off\n"
                        + settings
                        + "\nslow-start: off\nbackends: ["
                        + String.join(", ", backends)
                        + "]\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void reload(JavaProgram lb) throws Exception {
        lb.signal("HUP");
        awaitLine(lb, "reloaded " + file + "; ");
    }
}
