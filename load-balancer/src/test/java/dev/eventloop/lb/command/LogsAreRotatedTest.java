package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SIGHUP reopens the access log, as logrotate needs it, and no line is lost or torn. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class LogsAreRotatedTest {
    private static final int ROTATIONS = 5;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"text,.* reason=[a-z-]+", "json,'\\{\"time\":.*\"reason\":\"[a-z-]+\"}'"})
    @DisplayName("the file is renamed repeatedly under load")
    void movedUnderLoad(String format, String line) throws Exception {
        Path log = folder.resolve("access.log");
        AtomicInteger connections = new AtomicInteger();
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb =
                        LbProcess.start(
                                "0",
                                "127.0.0.1:" + server.port(),
                                "--access-log",
                                log.toString(),
                                "--access-log-format",
                                format)) {
            int port = lb.port();
            List<Thread> clients = new ArrayList<>();
            AtomicInteger wanted = new AtomicInteger(Integer.MAX_VALUE);
            for (int i = 0; i < 2; i++) {
                Thread client = new Thread(() -> ask(port, connections, wanted), "client");
                clients.add(client);
                client.start();
            }
            for (int i = 1; i <= ROTATIONS; i++) {
                int before = connections.get();
                Await.until("traffic flows", () -> connections.get() > before + 20);
                Files.move(log, folder.resolve("access.log." + i));
                lb.signal("HUP");
                Await.until("the log is reopened: " + lb, () -> Files.exists(log));
            }
            wanted.set(0);
            for (Thread client : clients) {
                client.join();
            }
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
            assertThat(lb.err()).noneMatch(text -> text.contains("WARN"));
        }
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file)).matches("(?s)|.*\n"); // the last may be empty
                lines.addAll(Files.readAllLines(file));
            }
        }
        assertThat(lines).hasSize(connections.get()).allMatch(text -> text.matches(line));
        assertThat(lines).doesNotHaveDuplicates();
    }

    private static void ask(int port, AtomicInteger connections, AtomicInteger wanted) {
        while (connections.get() < wanted.get()) {
            try {
                assertThat(NamedServer.ask(port)).isEqualTo("A");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            connections.incrementAndGet();
        }
    }

    @Test
    @DisplayName("if the new file cannot be created, the old one stays open")
    void newFileCannotBeMade() throws Exception {
        Path logs = Files.createDirectory(folder.resolve("logs"));
        Path log = logs.resolve("access.log");
        Path moved = folder.resolve("moved");
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb =
                        LbProcess.start(
                                "0",
                                "127.0.0.1:" + server.port(),
                                "--access-log",
                                log.toString())) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            Files.move(logs, moved);
            lb.signal("HUP");
            Await.until(
                    "the failure is logged: " + lb,
                    () ->
                            lb.err().stream()
                                    .anyMatch(line -> line.contains("stays in the previous file")));
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            Await.equal(2, () -> Files.readAllLines(moved.resolve("access.log")).size());
            assertThat(lb.err()).noneMatch(line -> line.contains("Exception"));
        }
    }

    @Test
    @DisplayName("a reload with another file name opens that file")
    void anotherFile() throws Exception {
        Path first = folder.resolve("first.log");
        Path second = folder.resolve("second.log");
        Path config = folder.resolve("lb.yaml");
        try (NamedServer server = NamedServer.start("A")) {
            String yaml = "port: 0\nbackends: [127.0.0.1:" + server.port() + "]\naccess-log: ";
            Files.writeString(config, yaml + first + "\n");
            try (JavaProgram lb = LbProcess.start("--config", config.toString())) {
                assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
                Await.equal(1, () -> Files.readAllLines(first).size());
                Files.writeString(config, yaml + second + "\n");
                lb.signal("HUP");
                Await.until("the new file is created: " + lb, () -> Files.exists(second));
                assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
                Await.equal(1, () -> Files.readAllLines(second).size());
                assertThat(Files.readAllLines(first)).hasSize(1);
            }
        }
    }
}
