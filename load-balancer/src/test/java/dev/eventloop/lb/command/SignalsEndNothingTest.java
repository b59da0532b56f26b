package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signals do what they are for, however the process was started, and no other ends it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class SignalsEndNothingTest {
    /** What the launcher does before it starts Java. */
    private static final String AS_LAUNCHED = traps() + "export _JAVA_SR_SIGNUM=62; exec \"$@\"";

    /** An option of GNU env(1). */
    private static final String BLOCKED =
            "exec env --block-signal=HUP --block-signal=TERM --block-signal=USR1 \"$@\"";

    @TempDir private Path folder;
    private Path log;
    private Path config;
    private NamedServer first;
    private NamedServer second;

    @BeforeEach
    void start() throws IOException {
        log = folder.resolve("access.log");
        config = folder.resolve("lb.yaml");
        first = NamedServer.start("A");
        second = NamedServer.start("B");
    }

    @AfterEach
    void stop() throws IOException {
        first.close();
        second.close();
    }

    static Stream<String> shells() {
        return Stream.of(
                AS_LAUNCHED, "trap '' HUP TERM; exec \"$@\"", "exec nohup \"$@\"", BLOCKED);
    }

    @ParameterizedTest
    @MethodSource("shells")
    @DisplayName("SIGHUP reloads and SIGTERM drains, whatever was inherited")
    void inherited(String shell) throws Exception {
        assumeTrue(!shell.equals(BLOCKED) || hasBlockingEnv(), "env(1) cannot block signals");
        configure(first);
        try (JavaProgram lb = LbProcess.startBy(shell, "--config", config.toString())) {
            int port = lb.port();
            assertThat(NamedServer.ask(port)).isEqualTo("A");
            configure(second);
            lb.signal("HUP");
            Await.until("it reloads: " + lb, () -> NamedServer.ask(port).equals("B"));
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    @Test
    @DisplayName("SIGHUP from the first moment on")
    void earlyHangUps() throws Exception {
        configure(first);
        try (JavaProgram lb = LbProcess.startBy(AS_LAUNCHED, "--config", config.toString())) {
            for (int i = 0; i < 50 && lb.isAlive(); i++) {
                lb.signal("HUP");
            }
            configure(second);
            lb.signal("HUP");
            int port = lb.port();
            Await.until("the last reload counts: " + lb, () -> NamedServer.ask(port).equals("B"));
            assertThat(lb.isAlive()).isTrue();
        }
    }

    @Test
    @DisplayName("SIGUSR1 reopens the access log, SIGUSR2 says that it does nothing")
    void userSignals() throws Exception {
        configure(first);
        try (JavaProgram lb = LbProcess.startBy(AS_LAUNCHED, "--config", config.toString())) {
            int port = lb.port();
            Files.delete(log);
            configure(second);
            lb.signal("USR1");
            Await.until("the log is reopened: " + lb, () -> Files.exists(log));
            for (String signal : List.of("USR2", "ALRM", "VTALRM", "PROF", "PIPE", "WINCH", "IO")) {
                lb.signal(signal);
            }
            Await.until(
                    "it says so: " + lb,
                    () ->
                            lb.err().stream()
                                    .anyMatch(line -> line.contains("SIGUSR2 has no effect")));
            assertThat(NamedServer.ask(port)).as("not reloaded").isEqualTo("A");
        }
    }

    @Test
    @DisplayName("a SIGUSR1 that was blocked reopens the access log")
    void blockedUserSignal() throws Exception {
        assumeTrue(hasBlockingEnv(), "env(1) cannot block signals");
        configure(first);
        try (JavaProgram lb = LbProcess.startBy(BLOCKED, "--config", config.toString())) {
            lb.port();
            Files.delete(log);
            lb.signal("USR1");
            Await.until("the log is reopened: " + lb, () -> Files.exists(log));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("no other signal ends it: neither a real-time one nor one of a limit")
    void others() throws Exception {
        configure(first);
        try (JavaProgram lb = LbProcess.startBy(AS_LAUNCHED, "--config", config.toString())) {
            int port = lb.port();
            for (String name : List.of("STKFLT", "XCPU", "XFSZ", "PWR", "URG", "CONT")) {
                lb.signal(name);
            }
            for (int number = 34; number <= 64; number++) {
                if (number != 62) { // HotSpot's
                    lb.signal(Integer.toString(number));
                }
            }
            assertThat(NamedServer.ask(port)).isEqualTo("A");
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    /** The lines of the launcher by which it ignores signals. */
    private static String traps() {
        try {
            String launcher = Files.readString(Path.of("..", "high_perf_lb"));
            int from = launcher.indexOf("trap '' HUP");
            return launcher.substring(from, launcher.indexOf("\n\n", from)) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasBlockingEnv() throws Exception {
        try (Program env = Program.start("env", "--block-signal=HUP", "true")) {
            return env.awaitExit() == 0;
        }
    }

    private void configure(NamedServer server) throws IOException {
        Files.writeString(
                config,
                "port: 0\nhealth-check: off\naccess-log: "
                        + log
                        + "\nbackends: [127.0.0.1:"
                        + server.port()
                        + "]\n");
    }
}
