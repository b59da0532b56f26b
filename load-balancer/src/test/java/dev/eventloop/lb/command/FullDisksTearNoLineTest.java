package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The access log where there is no more room: whole lines or none, and those lost are counted. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class FullDisksTearNoLineTest {
    private static final String LINE = ".* client=.* reason=backend-closed";
    private static final Pattern DROPPED = Pattern.compile("(\\d+) lines of the access log were");
    private static final int CONNECTIONS = 30;
    private static final int DISK = 64 * 1024;

    @TempDir private Path folder;

    @Test
    @DisplayName("a file at its size limit ends with a whole line")
    void sizeLimit() throws Exception {
        Path log = folder.resolve("access.log");
        int limit = 512 * 4096; // what ulimit -f counts in; JNR unpacks a library below it
        String before = "x".repeat(1023) + "\n";
        Files.writeString(log, before.repeat(limit / before.length() - 1) + "the last before\n");
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb =
                        LbProcess.startBy(
                                "ulimit -f 4096; exec \"$@\"",
                                "0",
                                "127.0.0.1:" + server.port(),
                                "--access-log",
                                log.toString())) {
            askOften(lb.port());
            awaitErr(lb, "are lost");
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
            List<String> lines = wholeLines(log);
            List<String> added = lines.subList(lines.indexOf("the last before") + 1, lines.size());
            assertThat(added).isNotEmpty().hasSizeLessThan(10).allMatch(l -> l.matches(LINE));
            assertThat(added.size() + dropped(lb)).as("%s", lb).isEqualTo(CONNECTIONS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a full file system, and later room on it again")
    void fullFileSystem(boolean isStandardOutput) throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(isMounted(disk), "only root may mount a file system");
        Path log = disk.resolve("access.log");
        Path filler = disk.resolve("filler");
        try (NamedServer server = NamedServer.start("A");
                JavaProgram lb =
                        LbProcess.startBy(
                                "exec \"$@\"" + (isStandardOutput ? " >" + log : ""),
                                "0",
                                "127.0.0.1:" + server.port(),
                                "--access-log",
                                isStandardOutput ? "-" : log.toString())) {
            int port = isStandardOutput ? portIn(log) : lb.port();
            assertThat(NamedServer.ask(port)).isEqualTo("A");
            Await.until("the line is written", () -> Files.readString(log).contains("client="));
            fill(filler);
            askOften(port);
            awaitErr(lb, "are lost");
            assertThat(wholeLines(log)).hasSizeLessThan(CONNECTIONS);
            Files.delete(filler);
            assertThat(NamedServer.ask(port)).isEqualTo("A");
            awaitErr(lb, "were dropped");
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
            long written = wholeLines(log).stream().filter(line -> line.matches(LINE)).count();
            assertThat(written + dropped(lb)).as("%s", lb).isEqualTo(CONNECTIONS + 2);
        } finally {
            String ignored = Program.run("umount", "-l", disk.toString());
        }
    }

    /** Room for 16 pages: a page that a file has begun takes more of it when the disk is full. */
    private static boolean isMounted(Path disk) throws Exception {
        try (Program mount =
                Program.start(
                        "mount", "-t", "tmpfs", "-o", "size=" + DISK, "disk", disk.toString())) {
            return mount.awaitExit() == 0;
        } catch (IOException e) { // there is no mount(8)
            return false;
        }
    }

    private static void fill(Path filler) {
        assertThatThrownBy(() -> Files.write(filler, new byte[2 * DISK]))
                .isInstanceOf(IOException.class);
    }

    private static int portIn(Path log) throws Exception {
        Await.until(
                "it listens",
                () -> Files.exists(log) && Files.readString(log).contains("listens on"));
        Matcher port = Pattern.compile("listens on .*?:(\\d+);").matcher(Files.readString(log));
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private static void askOften(int port) throws IOException {
        assertThat(NamedServer.ask(port, CONNECTIONS)).isEqualTo("A".repeat(CONNECTIONS));
    }

    private static void awaitErr(JavaProgram lb, String part) throws Exception {
        Await.until(
                "it says " + part + ": " + lb,
                () -> lb.err().stream().anyMatch(line -> line.contains(part)));
    }

    /** Waits for a line that is being cut off: others may read its beginning meanwhile. */
    private static List<String> wholeLines(Path log) throws Exception {
        AtomicReference<String> text = new AtomicReference<>();
        Await.until(
                "the last line is whole",
                () -> {
                    text.set(Files.readString(log));
                    return text.get().endsWith("\n");
                });
        return text.get()
                .lines()
                .peek(line -> assertThat(line).matches(LINE + "|x+|the last before|[^=]*"))
                .toList();
    }

    /** The number of lines that the log calls dropped. */
    private static int dropped(JavaProgram lb) {
        int sum = 0;
        for (String line : lb.err()) {
            Matcher matcher = DROPPED.matcher(line);
            sum += matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        }
        return sum;
    }
}
