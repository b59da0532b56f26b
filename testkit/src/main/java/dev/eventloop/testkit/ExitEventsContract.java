package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.events.ExitCallback;
import dev.eventloop.events.Watch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Events of processes that exit. */
abstract class ExitEventsContract extends SystemEventsCase {
    private final ExitCallback<String> recorder = (pid, code, line) -> heard.add(line + code);

    private static Process shell(String script) throws IOException {
        return new ProcessBuilder("sh", "-c", script).start();
    }

    /** A process whose parent is another process, which has exited. */
    private static ProcessHandle stranger() throws Exception {
        Process parent = shell("sleep 60 >/dev/null 2>&1 & echo $!");
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                parent.getInputStream(), StandardCharsets.US_ASCII))) {
            long pid = Long.parseLong(reader.readLine());
            parent.waitFor();
            return ProcessHandle.of(pid).orElseThrow();
        }
    }

    @Test
    @DisplayName("a child's exit code is delivered once, on the loop's thread")
    void exitCode() throws Exception {
        Process child = shell("read line; exit 7");
        Watch watch =
                events.exit(
                        child,
                        (pid, code, none) ->
                                heard.add((pid == child.pid()) + " " + code + loop.inEventLoop()),
                        null);
        assertSilent();
        assertThat(watch.isActive()).isTrue();
        child.getOutputStream().close();
        runUntilHeard("true 7true");
        assertThat(watch.isActive()).isFalse();
        assertSilent();
        assertThat(heard).hasSize(1);
    }

    @Test
    @DisplayName("the exit code of a child killed by a signal is 128 plus its number")
    void endedBySignal() throws Exception {
        Process child = shell("exec sleep 60");
        events.exit(child, recorder, "");
        child.destroyForcibly();
        runUntilHeard("137");
    }

    @Test
    @DisplayName("the exit of a child that has exited before is delivered")
    void endedAlready() throws Exception {
        Process child = shell("exit 3");
        child.waitFor();
        events.exit(child, recorder, "");
        runUntilHeard("3");
    }

    @Test
    @DisplayName("the exit of a process that is no child is delivered, without an exit code")
    void strangers() throws Exception {
        ProcessHandle stranger = stranger();
        events.exit(stranger, recorder, "");
        assertSilent();
        stranger.destroyForcibly();
        runUntilHeard("" + ExitCallback.UNKNOWN);
    }

    @Test
    @DisplayName("the exits of many children at the same time are all delivered")
    void many() throws Exception {
        for (int i = 0; i < 50; i++) {
            events.exit(shell("exit " + i), recorder, "child " + i + " exits with ");
        }
        runUntil("all have ended", () -> heard.size() == 50);
        for (int i = 0; i < 50; i++) {
            assertThat(heard).contains("child " + i + " exits with " + i);
        }
    }

    @Test
    @DisplayName("a closed watch delivers nothing")
    void closedWatch() throws Exception {
        Process child = shell("exec sleep 60");
        Watch watch = events.exit(child, recorder, "");
        watch.close();
        watch.close();
        child.destroyForcibly().waitFor();
        assertSilent();
        assertThat(heard).isEmpty();
    }

    @Test
    @DisplayName("a process cannot watch itself")
    void oneself() {
        assertThatThrownBy(() -> events.exit(ProcessHandle.current(), recorder, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("watches leave no file open, after an exit or after close")
    void exitsLeaveNoFileOpen() throws Exception {
        Process sleeper = shell("exec sleep 60");
        try {
            assertLeavesNoFileOpen(
                    () -> {
                        events.exit(sleeper, recorder, "").close();
                        heard.clear();
                        try (Child child = new Child(shell("exit 5"))) {
                            events.exit(child.process(), recorder, "");
                            runUntilHeard("5");
                        }
                    });
        } finally {
            sleeper.destroyForcibly();
        }
    }

    /** The process's pipes are fds as well. */
    private record Child(Process process) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            process.getInputStream().close();
            process.getOutputStream().close();
            process.getErrorStream().close();
        }
    }
}
