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

/** The end of processes. */
abstract class ExitEventsContract extends SystemEventsCase {
    private final ExitCallback<String> recorder = (pid, code, line) -> heard.add(line + code);

    private static Process shell(String script) throws IOException {
        return new ProcessBuilder("sh", "-c", script).start();
    }

    /** A process whose parent is not this one, and has ended. */
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
    @DisplayName("a child's exit code is told, once, on the loop's thread")
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
    @DisplayName("of a child that a signal ended, 128 and its number")
    void endedBySignal() throws Exception {
        Process child = shell("exec sleep 60");
        events.exit(child, recorder, "");
        child.destroyForcibly();
        runUntilHeard("137");
    }

    @Test
    @DisplayName("a child that has ended already is told of")
    void endedAlready() throws Exception {
        Process child = shell("exit 3");
        child.waitFor();
        events.exit(child, recorder, "");
        runUntilHeard("3");
    }

    @Test
    @DisplayName("the end of a process that is no child is told, without an exit code")
    void strangers() throws Exception {
        ProcessHandle stranger = stranger();
        events.exit(stranger, recorder, "");
        assertSilent();
        stranger.destroyForcibly();
        runUntilHeard("" + ExitCallback.UNKNOWN);
    }

    @Test
    @DisplayName("many children that end at a time are all told of")
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
    @DisplayName("who closes the watch is not told")
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
    @DisplayName("the own process cannot be watched")
    void oneself() {
        assertThatThrownBy(() -> events.exit(ProcessHandle.current(), recorder, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("watches leave no file open, told or closed")
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

    /** Its pipes are fds too. */
    private record Child(Process process) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            process.getInputStream().close();
            process.getOutputStream().close();
            process.getErrorStream().close();
        }
    }
}
