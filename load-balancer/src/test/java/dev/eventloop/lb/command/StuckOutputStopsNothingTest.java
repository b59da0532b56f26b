package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nobody reads standard output and standard error, and their pipes are full. Clients are served,
 * and SIGHUP and SIGTERM do what they do.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class StuckOutputStopsNothingTest {
    /** More than the 64 KiB of a pipe: each takes a line of 100 bytes and more. */
    private static final int LINES = 1000;

    private static final String SETTINGS =
            "port: 0\naccess-log: \"-\"\nhealth-check: off\nbackends:\n";

    @TempDir private Path folder;
    private Path config;

    @BeforeEach
    void path() {
        config = folder.resolve("lb.yaml");
    }

    @Test
    @DisplayName("the log, the access log and the lines of the command are stuck")
    void everythingIsStuck() throws Exception {
        try (NamedServer first = NamedServer.start("A");
                NamedServer second = NamedServer.start("B");
                JavaProgram lb = startUnread(first)) {
            int port = lb.port();
            reloadWithMistakes(lb);
            serveMany(port);
            Files.writeString(config, SETTINGS + backend(second));
            lb.signal("HUP");
            Await.until("the reload takes place", () -> NamedServer.ask(port).equals("B"));
            lb.signal("TERM");
            assertThat(lb.awaitExit()).isZero();
            assertThat(lb.out()).hasSizeBetween(100, LINES);
            assertThat(lb.err()).hasSizeBetween(100, LINES);
        }
    }

    @Test
    @DisplayName("who reads again gets every line of the log, in order")
    void logIsReadAgain() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb = startUnread(server)) {
            int port = lb.port();
            reloadWithMistakes(lb);
            lb.readOn();
            String last = (LINES - 1) + "x";
            Await.until("the last", () -> lb.err().stream().anyMatch(l -> l.contains(last)));
            List<String> weights =
                    lb.err().stream()
                            .filter(line -> line.contains("the weight"))
                            .map(line -> line.substring(line.indexOf('"')))
                            .toList();
            assertThat(weights).hasSize(LINES).isSorted();
            assertThat(NamedServer.ask(port)).isEqualTo("A");
            lb.signal("TERM");
            assertThat(lb.awaitExit()).isZero();
            assertThat(lb.out()).last().isEqualTo("stopped");
        }
    }

    @Test
    @DisplayName("SIGQUIT: the JVM prints the stacks of all threads, whether somebody reads or not")
    void stacksArePrinted() throws Exception {
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb = startUnread(server)) {
            int port = lb.port();
            serveMany(port);
            for (int i = 0; i < 20; i++) {
                lb.signal("QUIT");
                assertThat(NamedServer.ask(port)).isEqualTo("A");
            }
            lb.readOn();
            Await.until("stacks", () -> lb.out().stream().anyMatch(l -> l.startsWith("\"load-")));
            lb.signal("TERM");
            assertThat(lb.awaitExit()).isZero();
            assertThat(lb.out()).last().isEqualTo("stopped");
        }
    }

    @Test
    @DisplayName("an access log that nobody reads: a FIFO, from the start on")
    void fifoHasNoReader() throws Exception {
        Path fifo = folder.resolve("fifo");
        Path file = folder.resolve("file");
        String ignored = Program.run("mkfifo", fifo.toString());
        try (NamedServer server = NamedServer.start("A")) {
            String rest = "\n" + SETTINGS.replaceFirst("access-log.*\n", "") + backend(server);
            Files.writeString(config, "access-log: " + fifo + rest);
            try (JavaProgram lb = LbProcess.start("--config", config.toString())) {
                serveMany(lb.port());
                Files.writeString(config, "access-log: " + file + rest);
                lb.signal("HUP");
                Await.until("the log is reopened: " + lb, () -> Files.exists(file));
                assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
                Await.until("lines go to the file", () -> !Files.readAllLines(file).isEmpty());
                lb.signal("TERM");
                assertThat(lb.awaitExit()).as("%s", lb).isZero();
            }
        }
    }

    /** Each client is a line of the access log. */
    private static void serveMany(int port) throws IOException {
        for (int i = 0; i < LINES; i++) {
            assertThat(NamedServer.ask(port)).isEqualTo("A");
        }
    }

    private JavaProgram startUnread(NamedServer server) throws IOException {
        Files.writeString(config, SETTINGS + backend(server));
        return LbProcess.startUnread("--config", config.toString());
    }

    private static String backend(NamedServer server) {
        return "- 127.0.0.1:" + server.port() + "\n";
    }

    /** Each mistake is a line of the log. */
    private void reloadWithMistakes(JavaProgram lb) throws Exception {
        StringBuilder mistakes = new StringBuilder(SETTINGS);
        for (int i = 0; i < LINES; i++) {
            mistakes.append(String.format("- 127.0.0.1:9001:%04dx%n", i));
        }
        Files.writeString(config, mistakes);
        lb.signal("HUP");
    }
}
