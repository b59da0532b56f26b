package dev.eventloop.examples.logcollector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class LinesAreAcknowledgedTest {
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"epoll", "poll", "select"})
    @DisplayName("each line gets one OK, and all are stored in order, however they were split")
    void oneOkForEachLine(String backend) throws Exception {
        try (Collecting collecting = Collecting.on(backend, settings -> {})) {
            assertThat(collecting.backend()).isEqualTo(backend);
            List<Integer> oks = Crowd.run(4, client -> sendInPieces(collecting, client));

            assertThat(oks).containsOnly(1000);
            List<String> all = collecting.lines("RECENT 1000000");
            assertThat(all).hasSize(4000);
            for (int i = 0; i < 4; i++) {
                String prefix = "client " + i + " ";
                assertThat(all.stream().filter(line -> line.startsWith(prefix)))
                        .containsExactlyElementsOf(lines(i).lines().toList());
            }
        }
    }

    private static int sendInPieces(Collecting collecting, int client) throws IOException {
        Random random = new Random(client);
        byte[] bytes = lines(client).getBytes(StandardCharsets.ISO_8859_1);
        try (Peer peer = collecting.client()) {
            for (int at = 0; at < bytes.length; ) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(700));
                peer.send(bytes, at, count);
                at += count;
            }
            String answer = peer.finish().readTextToEnd();
            assertThat(answer).isEqualTo("OK\n".repeat(answer.length() / 3));
            return answer.length() / 3;
        }
    }

    private static String lines(int client) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> "client " + client + " line " + i + " " + "x".repeat(i % 60) + "\n")
                .collect(Collectors.joining());
    }

    @Test
    @DisplayName("a client that sends line by line gets OK after each")
    void conversation() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {});
                Peer client = collecting.client()) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.send("line " + i + "\n").readText(3)).isEqualTo("OK\n");
            }
            assertThat(collecting.ask("COUNT")).isEqualTo("COUNT 100\n");
        }
    }

    @Test
    @DisplayName("at EOF the bytes after the last newline are a line, too")
    void unfinishedLine() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {})) {
            assertThat(collecting.send("one\ntwo")).isEqualTo("OK\nOK\n");
            assertThat(collecting.send("")).isEmpty();
            assertThat(collecting.send("\n\n")).isEqualTo("OK\nOK\n");
            assertThat(collecting.lines("RECENT 9")).containsExactly("one", "two", "", "");
        }
    }

    @Test
    @DisplayName("--reply count acknowledges the same number of lines in fewer bytes")
    void counts() throws Exception {
        try (Collecting collecting = new Collecting(settings -> settings.reply = ReplyMode.count)) {
            String answer = collecting.send("line\n".repeat(100_000));
            assertThat(answer.lines().mapToLong(line -> Long.parseLong(line.substring(3))).sum())
                    .isEqualTo(100_000);
            assertThat(answer.length()).isLessThan(30_000);
        }
    }

    @Test
    @DisplayName("--reply none sends no reply, and all lines are stored")
    void silence() throws Exception {
        try (Collecting collecting = new Collecting(settings -> settings.reply = ReplyMode.none)) {
            assertThat(collecting.send("line\n".repeat(1000))).isEmpty();
            assertThat(collecting.ask("COUNT")).isEqualTo("COUNT 1000\n");
        }
    }

    @Test
    @DisplayName("a client that reads no OK can send everything, and read all of them later")
    void readsLate() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {});
                Peer client = Peer.connectWithSmallWindow(collecting.port())) {
            byte[] newlines = "\n".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 8; i++) {
                client.send(newlines);
            }
            collecting.awaitStat("lines", 8 << 20);
            byte[] oks = client.finish().readToEnd();
            assertThat(oks.length).isEqualTo(3 * (8 << 20));
            assertThat(IntStream.range(0, oks.length).allMatch(i -> oks[i] == "OK\n".charAt(i % 3)))
                    .isTrue();
        }
    }

    @Test
    @DisplayName("several loops share the port and one store")
    void severalLoops() throws Exception {
        try (Collecting collecting = new Collecting(settings -> settings.loops = 3)) {
            List<String> answers = Crowd.run(12, i -> collecting.send("line\n".repeat(500)));
            assertThat(answers).containsOnly("OK\n".repeat(500));
            assertThat(collecting.ask("COUNT")).isEqualTo("COUNT 6000\n");
        }
    }

    @Test
    @DisplayName("an orderly stop acknowledges everything read, then sends FIN")
    void stop() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {});
                Peer client = collecting.client()) {
            client.send("one\ntwo\nthr");
            collecting.awaitStat("lines", 2);
            collecting.stop();
            assertThat(client.readTextToEnd()).isEqualTo("OK\nOK\n");
        }
    }
}
