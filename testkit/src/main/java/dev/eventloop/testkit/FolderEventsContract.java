package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.events.EventSource;
import dev.eventloop.events.FolderCallback;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.events.Watch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of changes in folders. */
abstract class FolderEventsContract extends SystemEventsCase {
    @TempDir Path root;

    private final FolderCallback<String> recorder =
            (change, name, prefix) -> heard.add(prefix + change + " " + name);

    private Path folder() throws IOException {
        return Files.createDirectory(root.resolve("folder"));
    }

    private boolean isInotify() {
        return events.capabilities()
                .contains(new EventSource(EventSource.Kind.FOLDER, true, "inotify"));
    }

    @Test
    @DisplayName("a file is created, written to, and deleted")
    void createdModifiedDeleted() throws Exception {
        Path folder = folder();
        Files.writeString(folder.resolve("old"), "before");
        events.folder(folder, recorder, "");
        assertSilent();
        assertThat(heard).isEmpty();

        Files.createFile(folder.resolve("new"));
        runUntilHeard("CREATED new");
        Files.writeString(folder.resolve("old"), " and after", StandardOpenOption.APPEND);
        runUntilHeard("MODIFIED old");
        Files.writeString(folder.resolve("new"), "text");
        runUntilHeard("MODIFIED new");
        Files.delete(folder.resolve("old"));
        runUntilHeard("DELETED old");
        Files.createDirectory(folder.resolve("folder within"));
        runUntilHeard("CREATED folder within");
        assertSilent();
    }

    @Test
    @DisplayName(
            "a file that an editor renames over another is CREATED, and its changes are reported")
    void replaced() throws Exception {
        Path folder = folder();
        Path file = Files.writeString(folder.resolve("file"), "one");
        events.folder(folder, recorder, "");
        Path draft = Files.writeString(root.resolve("draft"), "two");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        runUntilHeard("CREATED file");
        assertThat(heard).doesNotContain("DELETED file");
        assertSilent();
        Files.writeString(file, "three", StandardOpenOption.APPEND);
        runUntilHeard("MODIFIED file");
    }

    @Test
    @DisplayName("a renamed file is DELETED under its old name and CREATED under the new one")
    void renamed() throws Exception {
        Path folder = folder();
        Files.writeString(folder.resolve("one"), "text");
        events.folder(folder, recorder, "");
        Files.move(folder.resolve("one"), folder.resolve("two"));
        runUntilHeard("DELETED one", "CREATED two");
    }

    @Test
    @DisplayName("changes of thousands of files are all reported")
    void thousands() throws Exception {
        Path folder = folder();
        int count = isInotify() ? 5_000 : 100;
        Set<String> names = new HashSet<>();
        events.folder(folder, (change, name, none) -> names.add(name), null);
        for (int i = 0; i < count; i++) {
            Files.createFile(folder.resolve("file " + i));
        }
        runUntil("all are heard", () -> names.size() == count);
    }

    @Test
    @DisplayName("a full event queue of the kernel is OVERFLOW, and later changes are reported")
    void overflow() throws Exception {
        assumeTrue(isInotify(), "a kqueue keeps one event for each file, and never overflows");
        int most;
        // One read: files in /proc/sys return EOF for further ones.
        try (BufferedReader limit =
                Files.newBufferedReader(Path.of("/proc/sys/fs/inotify/max_queued_events"))) {
            most = Integer.parseInt(limit.readLine());
        }
        assumeTrue(most <= 50_000, "it would take too many files");
        Path folder = folder();
        Path other = Files.createDirectory(root.resolve("other"));
        events.folder(folder, recorder, "");
        events.folder(other, recorder, "other: ");
        for (int i = 0; i <= most / 2; i++) { // two events each: created, closed
            Files.createFile(folder.resolve("file " + i));
        }
        runUntilHeard("OVERFLOW null", "other: OVERFLOW null");
        assertSilent();
        Files.createFile(folder.resolve("last"));
        runUntilHeard("CREATED last");
    }

    @Test
    @DisplayName("a deleted folder is GONE, and its watch ends")
    void deletedFolder() throws Exception {
        Path folder = folder();
        Watch watch = events.folder(folder, recorder, "");
        Files.delete(folder);
        runUntilHeard("GONE null");
        assertThat(watch.isActive()).isFalse();
        assertSilent();
        folder();
        assertSilent();
        assertThat(heard).containsExactly("GONE null");
    }

    @Test
    @DisplayName("a moved folder is GONE, and changes at its new path are not reported")
    void movedFolder() throws Exception {
        Path folder = folder();
        events.folder(folder, recorder, "");
        Path moved = Files.move(folder, root.resolve("moved"));
        runUntilHeard("GONE null");
        Files.createFile(moved.resolve("file"));
        assertSilent();
        assertThat(heard).containsExactly("GONE null");
        events.folder(moved, recorder, "again: ");
        Files.delete(moved.resolve("file"));
        runUntilHeard("again: DELETED file");
    }

    @Test
    @DisplayName("a path that cannot be watched is refused with its errno")
    void refused() throws Exception {
        Path folder = folder();
        Path file = Files.createFile(root.resolve("file"));
        events.folder(folder, recorder, "");
        assertErrno("ENOENT", root.resolve("none"));
        assertErrno("ENOTDIR", file);
        assertErrno("EEXIST", folder);
        Files.createFile(folder.resolve("file"));
        runUntilHeard("CREATED file"); // the first watch still works
    }

    private void assertErrno(String name, Path folder) {
        assertThatThrownBy(() -> events.folder(folder, recorder, ""))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errnoName()).isEqualTo(name))
                .hasMessageContaining(folder.toString());
    }

    @Test
    @DisplayName("a callback that throws does not lose events of others")
    void throwing() throws Exception {
        Path folder = folder();
        Path other = Files.createDirectory(root.resolve("other"));
        events.folder(
                folder,
                (change, name, none) -> {
                    heard.add(name);
                    throw new IOException("thrown for " + name);
                },
                null);
        events.folder(other, recorder, "");
        for (String name : List.of("a", "b", "c")) {
            Files.createFile(folder.resolve(name));
        }
        Files.createFile(other.resolve("d"));
        int thrown = 0;
        while (!heard.containsAll(List.of("a", "b", "c", "CREATED d"))) {
            try {
                loop.run(1_000);
            } catch (IOException | java.io.UncheckedIOException e) {
                thrown++;
            }
        }
        assertThat(thrown).isGreaterThanOrEqualTo(3);
    }

    @Test
    @DisplayName("a callback may close its watch, or all watches, while events are pending")
    void closedWithinACallback() throws Exception {
        Path folder = folder();
        Path other = Files.createDirectory(root.resolve("other"));
        Watch[] watch = new Watch[1];
        watch[0] =
                events.folder(
                        folder,
                        (change, name, none) -> {
                            heard.add(name);
                            watch[0].close();
                        },
                        null);
        try (EventLoop secondLoop = contract().newLoop();
                SystemEvents second = new SystemEvents(secondLoop, contract().libc())) {
            Runnable closing = second::close;
            second.folder(
                    other,
                    (change, name, none) -> {
                        heard.add("other " + name);
                        closing.run();
                    },
                    null);
            for (int i = 0; i < 10; i++) {
                Files.createFile(folder.resolve("" + i));
                Files.createFile(other.resolve("" + i));
            }
            runUntilHeard("0");
            while (secondLoop.size() > 0) {
                secondLoop.run(20);
            }
        }
        assertSilent();
        assertThat(heard).containsExactlyInAnyOrder("0", "other 0");
    }

    @Test
    @DisplayName("watches leave no file open")
    void foldersLeaveNoFileOpen() throws Exception {
        Path folder = folder();
        Files.createFile(folder.resolve("file"));
        assertLeavesNoFileOpen(
                () -> {
                    try (EventLoop again = contract().newLoop();
                            SystemEvents opened = new SystemEvents(again, contract().libc())) {
                        opened.folder(folder, recorder, "");
                        opened.folder(root, recorder, "").close();
                    }
                });
    }
}
