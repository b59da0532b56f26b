package dev.eventloop.examples.filewatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.BackendInfo;
import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A change runs the command, on every backend, and every event is printed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class FileWatchRunsTheCommandTest {
    @TempDir Path folder;

    @TempDir Path elsewhere;

    static Stream<String> backends() {
        return EventLoop.backends().stream()
                .filter(BackendInfo::available)
                .map(BackendInfo::name)
                .filter(name -> !name.equals("kqueue") || Files.notExists(Path.of("/proc/self")));
    }

    @ParameterizedTest
    @MethodSource("backends")
    @DisplayName("a change, SIGHUP, the heartbeat and SIGTERM are printed, and the exit code is 0")
    void everyKindOfEvent(String backend) throws Exception {
        String[] arguments = {
            folder.toString(),
            "--backend=" + backend,
            "--heartbeat=100",
            "--",
            "sh",
            "-c",
            "echo done; exit 3"
        };
        try (RunningFileWatch watch = RunningFileWatch.watching(arguments)) {
            watch.awaitLine("0 changes, 0 runs");
            Files.writeString(folder.resolve("file"), "text");
            watch.awaitLine("CREATED file");
            watch.awaitLine("exited with 3");
            assertThat(watch.output().lines()).contains("done");
            watch.signal("HUP");
            watch.awaitLines("exited with 3", 2);
            Files.delete(folder.resolve("file"));
            watch.awaitLine("DELETED file");
            watch.awaitLines("exited with 3", 3);
            watch.signal("TERM");
            assertThat(watch.awaitExit()).isZero();
            assertThat(watch.count("SIGTERM")).isEqualTo(1);
            assertThat(watch.count("stopped:")).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("a thousand changes at once cause one run, and other names do not count")
    void thousandsOfChangesAreOneRun() throws Exception {
        try (RunningFileWatch watch =
                RunningFileWatch.watching(
                        folder.toString(), "--only=*.txt", "--debounce=500", "--", "echo", "ran")) {
            for (int i = 0; i < 1_000; i++) {
                Files.createFile(folder.resolve(i + ".txt"));
                Files.createFile(folder.resolve(i + ".other"));
            }
            watch.awaitLine("exited with 0");
            assertThat(watch.count("CREATED")).isEqualTo(1_000);
            assertThat(watch.count(".other")).isZero();
            watch.signal("INT");
            assertThat(watch.awaitExit()).isZero();
            assertThat(watch.output()).contains("2000 changes, 1 run");
        }
    }

    @Test
    @DisplayName("any file name is printed in any locale, without control characters")
    void strangeNames() throws Exception {
        try (RunningFileWatch watch =
                RunningFileWatch.inLocaleC(
                        folder.toString(), "--only=*.txt", "--", "echo", "ran")) {
            String touch = // the bytes of ä in UTF-8; ESC and a newline
                    "cd "
                            + folder
                            + " && touch \"$(printf '\\303\\244.txt')\" \"$(printf"
                            + " '\\033[31m\\n.txt')\" \"$(printf '\\303\\244')\" last.txt";
            assertThat(Program.run("sh", "-c", touch)).isEmpty();
            watch.awaitLine("CREATED last.txt");
            watch.awaitLine("exited with 0");
            assertThat(watch.output()).contains("CREATED ?[31m?.txt");
            assertThat(watch.count("CREATED")).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("if its output is closed it exits and says why")
    void outputGoesAway() throws Exception {
        try (JavaProgram watch =
                JavaProgram.startIntoHead(1, Main.class, folder.toString(), "--heartbeat=50")) {
            assertThat(watch.awaitExit()).isZero(); // head's exit code
            assertThat(watch.out()).hasSize(1);
            assertThat(watch.err()).containsExactly("file-watch: its output was closed");
        }
    }

    @Test
    @DisplayName("--restart stops a running command and its descendants; otherwise it waits")
    void restart() throws Exception {
        String script = "echo $$ >> " + elsewhere.resolve("started") + "; sleep 60; echo o''ver";
        try (RunningFileWatch watch =
                RunningFileWatch.watching(
                        folder.toString(), "--now", "--restart", "--", "sh", "-c", script)) {
            Await.until("the command runs", () -> Files.exists(elsewhere.resolve("started")));
            Files.createFile(folder.resolve("one"));
            watch.awaitLine("exited with 143");
            Await.until("again", () -> Files.readString(started()).lines().count() == 2);
            assertThat(watch.count("over")).isZero();
            watch.signal("TERM");
            assertThat(watch.awaitExit()).isZero();
            assertThat(watch.count("exited with 143")).isEqualTo(2);
        }
        for (String pid : Files.readAllLines(started())) {
            assertThat(ProcessHandle.of(Long.parseLong(pid))).isEmpty();
        }
    }

    private Path started() {
        return elsewhere.resolve("started");
    }

    @Test
    @DisplayName("a child that ignores SIGTERM is killed by the second signal")
    void secondSignalKills() throws Exception {
        String script = "trap '' TERM; echo ready; while :; do sleep 1; done";
        try (RunningFileWatch watch =
                RunningFileWatch.watching(folder.toString(), "--now", "--", "sh", "-c", script)) {
            watch.awaitLine("ready");
            watch.signal("INT");
            watch.awaitLine("SIGINT");
            watch.signal("TERM");
            assertThat(watch.awaitExit()).isZero();
            assertThat(watch.output()).contains("it is killed", "exited with 137");
        }
    }

    @Test
    @DisplayName("it stops when the process of --pid exits")
    void stopsWithAnotherProcess() throws Exception {
        Process other = new ProcessBuilder("sleep", "60").start();
        try (RunningFileWatch watch =
                RunningFileWatch.watching(folder.toString(), "--pid=" + other.pid())) {
            other.destroy();
            assertThat(watch.awaitExit()).isZero();
            assertThat(watch.output()).contains("process " + other.pid() + " has exited");
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    @DisplayName("if the folder is removed it exits with code 1 and a sentence")
    void folderGone() throws Exception {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        try (RunningFileWatch watch = RunningFileWatch.watching(gone.toString())) {
            Files.delete(gone);
            assertThat(watch.awaitExit()).isEqualTo(1);
            assertThat(watch.output()).contains("file-watch: the folder is gone");
        }
    }
}
