package dev.eventloop.examples.logcollector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("real")
class WhatWasAcknowledgedIsNeverLostTest {
    private static final int CLIENTS = 4;
    private static final long LEAST_ROTATE = 256 * 1024;

    @TempDir private Path folder;

    @ParameterizedTest(name = "--sync {0}")
    @ValueSource(strings = {"write", "fsync"})
    @DisplayName(
            "kill -9 under load: all acknowledged lines are in the files, in order and complete")
    void killed(String sync) throws Exception {
        AtomicLongArray acknowledged = new AtomicLongArray(CLIENTS);
        try (CollectorProcess collector =
                CollectorProcess.start(
                        "--dir", folder.toString(), "--sync", sync, "--rotate", "1m")) {
            List<Future<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                clients.add(Crowd.beside(() -> sendUntilItEnds(collector, client, acknowledged)));
            }
            Await.until(
                    "many lines are acknowledged",
                    () -> {
                        long least = Long.MAX_VALUE;
                        for (int i = 0; i < CLIENTS; i++) {
                            least = Math.min(least, acknowledged.get(i));
                        }
                        return least > 20_000;
                    });
            collector.signal("KILL");
            for (Future<Void> client : clients) {
                client.get();
            }
        }
        List<Path> files = Collecting.files(folder);
        assertThat(files).hasSizeGreaterThan(1);
        checkOrder(acknowledged, true);

        // The next process cuts off the incomplete line, and continues in the same file.
        try (Collecting next =
                new Collecting(
                        settings -> {
                            settings.dir = folder;
                            settings.rotate = new Size(1 << 20);
                        })) {
            assertThat(next.send("after\n")).isEqualTo("OK\n");
        }
        assertThat(Collecting.content(folder)).endsWith("\nafter\n");
        checkOrder(acknowledged, false);
    }

    private static Void sendUntilItEnds(
            CollectorProcess collector, int client, AtomicLongArray acknowledged)
            throws IOException {
        try (Peer peer = Peer.connect(collector.port())) {
            byte[] replies = new byte[64 * 1024];
            long sent = 0;
            while (true) {
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < 1000; i++) {
                    lines.append("client ").append(client).append(' ').append(sent++).append('\n');
                }
                peer.send(lines.toString());
                for (int left = 3000; left > 0; ) {
                    int count = peer.read(replies, 0, Math.min(left, replies.length));
                    if (count < 0) {
                        return null;
                    }
                    left -= count;
                    acknowledged.set(client, sent - (left + 2) / 3);
                }
            }
        } catch (SocketException e) {
            return null; // it was killed
        }
    }

    /** Each client's lines are numbered 0, 1, 2, ..., at least up to the acknowledged ones. */
    private void checkOrder(AtomicLongArray acknowledged, boolean tornAllowed) throws IOException {
        long[] next = new long[CLIENTS];
        String content = Collecting.content(folder);
        int end = content.lastIndexOf('\n') + 1;
        assertThat(tornAllowed || end == content.length()).isTrue();
        for (String line : content.substring(0, end).split("\n", -1)) {
            if (!line.isEmpty() && !line.equals("after")) {
                String[] words = line.split(" ", -1);
                assertThat(words).hasSize(3);
                assertThat(Long.parseLong(words[2])).isEqualTo(next[Integer.parseInt(words[1])]++);
            }
        }
        for (int i = 0; i < CLIENTS; i++) {
            assertThat(next[i]).isGreaterThanOrEqualTo(acknowledged.get(i));
        }
    }

    @Test
    @DisplayName("files are rotated between lines, and the oldest deleted beyond --keep")
    void rotation() throws Exception {
        try (Collecting collecting =
                new Collecting(
                        settings -> {
                            settings.dir = folder;
                            settings.rotate = new Size(LEAST_ROTATE);
                            settings.keep = 3;
                        })) {
            for (int i = 0; i < 20; i++) {
                assertThat(collecting.send((i + " " + "x".repeat(97) + "\n").repeat(500)))
                        .hasSize(1500);
            }
        }
        List<Path> files = Collecting.files(folder);
        assertThat(files).hasSize(3);
        for (Path file : files) {
            assertThat(Files.size(file)).isBetween(1L, LEAST_ROTATE);
            assertThat(Files.readString(file)).endsWith("\n");
        }
        assertThat(Collecting.content(folder)).endsWith("19 " + "x".repeat(97) + "\n");
    }

    @Test
    @DisplayName("a deleted or moved file takes along only its content")
    void fileIsGone() throws Exception {
        try (Collecting collecting = new Collecting(settings -> settings.dir = folder)) {
            assertThat(collecting.send("one\n")).isEqualTo("OK\n");
            Files.delete(folder.resolve("0000000001.log"));
            assertThat(collecting.send("two\n")).isEqualTo("OK\n");
            assertThat(Collecting.content(folder)).isEqualTo("two\n");
            Path elsewhere = folder.resolve("elsewhere");
            Files.move(folder.resolve("0000000002.log"), elsewhere);
            assertThat(collecting.send("three\n")).isEqualTo("OK\n");
            assertThat(Files.readString(elsewhere)).isEqualTo("two\n");
            assertThat(Collecting.content(folder)).isEqualTo("three\n");
            assertThat(collecting.trouble()).isEmpty();
        }
    }

    @Test
    @DisplayName("a removed folder: nothing is acknowledged until it exists again")
    void folderIsGone() throws Exception {
        Path files = folder.resolve("files");
        try (Collecting collecting = new Collecting(settings -> settings.dir = files);
                Peer client = collecting.client()) {
            assertThat(client.send("one\n").readText(3)).isEqualTo("OK\n");
            Files.delete(files.resolve("0000000001.log"));
            Files.delete(files.resolve("lock"));
            Files.delete(files);
            client.send("two\n");
            Await.until("the failure is printed", () -> !collecting.trouble().isEmpty());
            assertThat(collecting.trouble())
                    .startsWith(
                            "log-collector: cannot write to a new file: No such file or directory;"
                                    + " nothing is acknowledged until");
            assertThat(collecting.stat("lines")).isEqualTo(1);
            Files.createDirectory(files);
            assertThat(client.readText(3)).isEqualTo("OK\n");
            assertThat(Collecting.content(files)).isEqualTo("two\n");
        }
    }

    @Test
    @DisplayName("after a failed fsync nothing is acknowledged until one of a new file succeeds")
    void fsyncFails() throws Exception {
        assumeTrue(traces(), "this test needs strace and the permission to trace");
        List<String> failing = new ArrayList<>(List.of("strace", "-D", "-f", "-o", "/dev/null"));
        failing.addAll(List.of("-e", "trace=fdatasync"));
        failing.addAll(List.of("-e", "inject=fdatasync:error=EIO:when=2..9"));
        String[] arguments = {"--dir", folder.toString(), "--sync", "fsync"};
        try (CollectorProcess collector = CollectorProcess.startUnder(failing, arguments);
                Peer client = Peer.connect(collector.port())) {
            assertThat(client.send("one\n").readText(3)).isEqualTo("OK\n");
            client.send("two\n");
            Await.until(
                    "the second fsync fails",
                    () -> collector.output().contains("cannot write to a new file: "));
            assertThat(collector.ask("STATS")).contains("\nlines 1\n");
            assertThat(client.readText(3)).isEqualTo("OK\n");
            assertThat(collector.output()).endsWith("storing works again\n");
            assertThat(Collecting.content(folder)).isEqualTo("one\ntwo\n");
            assertThat(Collecting.files(folder)).hasSizeGreaterThan(1);
        }
    }

    private static boolean traces() {
        try {
            Program.run("strace", "-o", "/dev/null", "true");
            return true;
        } catch (Exception | AssertionError e) {
            return false;
        }
    }

    @Test
    @DisplayName("after an orderly stop everything is in the files, whatever --sync is")
    void stop() throws Exception {
        for (Sync sync : Sync.values()) {
            Path files = folder.resolve(sync.name());
            try (Collecting collecting =
                    new Collecting(
                            settings -> {
                                settings.dir = files;
                                settings.sync = sync;
                            })) {
                assertThat(collecting.send("line\n".repeat(100_000))).hasSize(300_000);
            }
            assertThat(Collecting.content(files)).isEqualTo("line\n".repeat(100_000));
        }
    }

    @Test
    @DisplayName("an incomplete line left by a crash is cut off at the start")
    void torn() throws Exception {
        Path file = folder.resolve("0000000007.log");
        Files.writeString(file, "whole\n" + "y".repeat(200_000));
        try (Collecting collecting = new Collecting(settings -> settings.dir = folder)) {
            collecting.send("next\n");
        }
        assertThat(Files.readString(file)).isEqualTo("whole\nnext\n");
    }

    @Test
    @DisplayName("a full disk: nothing is acknowledged and senders wait, until there is room")
    void fullDisk() throws Exception {
        Path disk = folder.resolve("disk");
        Files.createDirectory(disk);
        assumeTrue(mounts(disk), "this test needs root to mount a small disk");
        try (Collecting collecting =
                new Collecting(
                        settings -> {
                            settings.dir = disk;
                            settings.buffer = new Size(1 << 20);
                            settings.rotate = new Size(700_000);
                        })) {
            String lines = "z".repeat(99) + "\n";
            AtomicLongArray sent = new AtomicLongArray(1);
            try (Peer client = collecting.client()) {
                Future<Void> sender =
                        Crowd.beside(
                                () -> {
                                    for (int i = 0; i < 300; i++) {
                                        client.send(lines.repeat(1000));
                                        sent.addAndGet(0, 1000);
                                    }
                                    client.finish();
                                    return null;
                                });
                Await.until("the disk is full", () -> !collecting.trouble().isEmpty());
                assertThat(collecting.trouble())
                        .contains("No space left on device; nothing is acknowledged until");
                long stored = collecting.stat("lines");
                assertThat(100 * stored).isLessThanOrEqualTo(2 << 20);
                assertThat(collecting.ask("STATS")).contains("\ntrouble cannot write to ");
                Await.until("all chunks are in use", () -> collecting.stat("waits_for_memory") > 0);
                assertThat(collecting.stat("lines")).isEqualTo(stored);
                assertThat(sender.isDone()).isFalse();

                Program.run("mount", "-o", "remount,size=64m", disk.toString());
                String answer = client.readTextToEnd();
                assertThat(sender.get()).isNull();
                assertThat(answer).hasSize(3 * 300_000);
                assertThat(collecting.trouble().lines()).hasSize(2);
                assertThat(collecting.trouble()).endsWith("storing works again\n");
            }
            collecting.stop();
            assertThat(Collecting.content(disk)).isEqualTo(lines.repeat(300_000));
        } finally {
            Program.run("umount", "-l", disk.toString());
        }
    }

    private static boolean mounts(Path disk) {
        try {
            Program.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString());
            return true;
        } catch (Exception | AssertionError e) {
            return false;
        }
    }

    @Test
    @DisplayName("two collectors cannot share a folder, and one without permission cannot start")
    void folderInUse() throws Exception {
        try (Collecting first = new Collecting(settings -> settings.dir = folder)) {
            assertThat(first.send("line\n")).isEqualTo("OK\n");
            assertThat(messageOf(folder))
                    .isEqualTo(
                            "another collector already writes to "
                                    + folder
                                    + "; use a separate folder for each");
        }
        Path file = Files.writeString(folder.resolve("file"), "", StandardOpenOption.CREATE);
        assertThat(messageOf(file)).isEqualTo("cannot keep lines in " + file + ": File exists");
    }

    @SuppressWarnings("try") // the failure is that it starts
    private static String messageOf(Path dir) {
        try (Collecting ignored = new Collecting(settings -> settings.dir = dir)) {
            return "started";
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
