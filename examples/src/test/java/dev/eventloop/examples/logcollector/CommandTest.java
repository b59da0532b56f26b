package dev.eventloop.examples.logcollector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.fixture.RefusingPort;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("real")
class CommandTest {
    @Test
    @DisplayName("works with nc and logger, measures itself, and exits with 0 on SIGTERM")
    void asAProcess() throws Exception {
        try (CollectorProcess collector = CollectorProcess.start()) {
            String port = Integer.toString(collector.port());
            if (Program.find("nc") != null) {
                String answer =
                        Program.run("sh", "-c", "printf 'by nc\\n' | nc -N 127.0.0.1 " + port);
                assertThat(answer).isEqualTo("OK\n");
            }
            if (Program.find("logger") != null) {
                String said =
                        Program.run(
                                "logger",
                                "-n",
                                "127.0.0.1",
                                "-P",
                                port,
                                "-T",
                                "-t",
                                "tag",
                                "by logger");
                assertThat(said).isEmpty();
                Await.until(
                        "logger's line arrives",
                        () -> collector.ask("SEARCH by logger").endsWith("END 1\n"));
            }
            try (Program generator =
                    CollectorProcess.command(
                            "generate",
                            "--port",
                            port,
                            "--seconds",
                            "1",
                            "--warm-up",
                            "0",
                            "--rate",
                            "10000")) {
                assertThat(generator.awaitExit()).isZero();
                assertThat(generator.output())
                        .contains("lines/s acknowledged", "due to acknowledged: p50 ")
                        .containsPattern("all [\\d,]+ sent lines were acknowledged");
            }
            try (Peer client = Peer.connect(collector.port())) {
                assertThat(client.send("one\n").readText(3)).isEqualTo("OK\n");
                collector.signal("TERM");
                assertThat(client.readTextToEnd()).isEmpty();
            }
            assertThat(collector.awaitExit()).isZero();
            assertThat(collector.output()).endsWith("log-collector has stopped\n").hasLineCount(3);
        }
        assumeTrue(
                Program.find("nc") != null && Program.find("logger") != null,
                "nc or logger is not installed; the collector was tested without it");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "--sync write",
                "--sync sometimes --dir x",
                "--sink files",
                "--sink kafka",
                "--sync fsync --kafka localhost:1",
                "--max-line 0",
                "--memory much",
                "--rotate 1k --dir x",
                "--port 65536",
                "--unknown",
                "generate --reply none",
                "generate --clients 0"
            })
    @DisplayName("wrong arguments: one sentence that names them, and exit code 2")
    void mistakes(String arguments) {
        StringWriter said = new StringWriter();
        String[] words = arguments.split(" ", -1);
        int exitCode = Main.command().setErr(new PrintWriter(said, true)).execute(words);
        assertThat(exitCode).isEqualTo(2);
        String option = words[0].equals("generate") ? words[1] : words[0];
        assertThat(said.toString()).startsWith("log-collector: ").contains(option).hasLineCount(1);
    }

    @Test
    @DisplayName("more memory than the JVM allows for buffers: a sentence that says what to do")
    void tooMuchMemory() {
        Settings settings = new Settings();
        settings.complete();
        settings.mustFit(1L << 30);
        assertThatThrownBy(() -> settings.mustFit(128 << 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "--memory and --buffer need 304m, but the JVM limits direct buffers to 128m;"
                                + " choose less, or set JAVA_OPTS=-XX:MaxDirectMemorySize=305m");
        assertThat(DirectMemory.limit()).isGreaterThan(1 << 20);
    }

    @Test
    @DisplayName("a port in use, or no collector for generate: one sentence and exit code 1")
    void failures() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {})) {
            String port = Integer.toString(collecting.port());
            assertThat(failureOf("--port", port)).contains("EADDRINUSE", port);
            assertThat(failureOf("--port", "0", "--query-port", port)).contains("EADDRINUSE", port);
        }
        try (RefusingPort refusing = RefusingPort.take()) {
            String port = Integer.toString(refusing.port());
            assertThat(failureOf("generate", "--port", port)).contains("ECONNREFUSED");
        }
    }

    private static String failureOf(String... arguments) {
        StringWriter said = new StringWriter();
        int exitCode = Main.command().setErr(new PrintWriter(said, true)).execute(arguments);
        assertThat(exitCode).isEqualTo(1);
        assertThat(said.toString()).startsWith("log-collector: ").hasLineCount(1);
        return said.toString();
    }
}
