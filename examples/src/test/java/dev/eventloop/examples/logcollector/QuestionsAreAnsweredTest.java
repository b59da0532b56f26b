package dev.eventloop.examples.logcollector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("real")
class QuestionsAreAnsweredTest {
    @Test
    @DisplayName("COUNT, RECENT, SEARCH and RANGE find the lines, with their times")
    void find() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {})) {
            collecting.send("an error here\nfine\nERROR\nthe last error\n");

            assertThat(collecting.ask("COUNT")).isEqualTo("COUNT 4\n");
            assertThat(collecting.lines("RECENT 2")).containsExactly("ERROR", "the last error");
            assertThat(collecting.lines("recent 0")).isEmpty();
            assertThat(collecting.lines("SEARCH error"))
                    .containsExactly("an error here", "the last error");
            assertThat(collecting.ask("SEARCH nowhere")).isEqualTo("END 0\n");
            assertThat(collecting.lines("RANGE -1h now fine")).containsExactly("fine");
            assertThat(collecting.lines("RANGE -1h now")).hasSize(4);
            assertThat(collecting.lines("RANGE 2000-01-01T00:00:00Z -1h")).isEmpty();
            assertThat(collecting.ask("RECENT 1"))
                    .matches(
                            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z the last error\nEND 1\n");
            assertThat(collecting.ask("HELP")).contains("SEARCH keyword").endsWith("END\n");
        }
    }

    @Test
    @DisplayName("pipelined queries are answered one after the other, up to QUIT")
    void pipelined() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {})) {
            collecting.send("a\nb\n");
            try (Peer asker = Peer.connect(collecting.queryPort())) {
                asker.send("COUNT\r\nSEARCH b\nCOUNT\nSTATS\nQUIT\nCOUNT\n");
                String answer = asker.readTextToEnd();
                assertThat(answer).startsWith("COUNT 2\n").contains(" b\nEND 1\nCOUNT 2\nuptime");
                assertThat(answer).endsWith("END\n").doesNotEndWith("COUNT 2\n");
            }
        }
    }

    @Test
    @DisplayName(
            "the oldest lines are overwritten, and all others are complete, while lines arrive")
    void bounded() throws Exception {
        try (Collecting collecting =
                new Collecting(settings -> settings.memory = new Size(1 << 20))) {
            AtomicBoolean enough = new AtomicBoolean();
            Future<Long> sender =
                    Crowd.beside(
                            () -> {
                                try (Peer client = collecting.client()) {
                                    long sent = 0;
                                    while (!enough.get() || sent < 200_000) {
                                        StringBuilder some = new StringBuilder();
                                        for (int i = 0; i < 1000; i++) {
                                            some.append("<number ").append(sent++).append(">\n");
                                        }
                                        client.send(some.toString());
                                        client.read(3000);
                                    }
                                    return sent;
                                }
                            });
            for (int i = 0; i < 20; i++) {
                List<String> lines = collecting.lines(i % 2 == 0 ? "RECENT 5000" : "SEARCH number");
                assertThat(lines).allMatch(line -> line.matches("<number \\d+>"));
                long last = -1;
                for (String line : lines) {
                    long number = Long.parseLong(line.replaceAll("\\D", ""));
                    assertThat(number).isGreaterThan(last);
                    last = number;
                }
            }
            enough.set(true);
            long sent = sender.get();
            collecting.awaitStat("lines", sent);
            long kept = collecting.stat("lines_in_memory");
            assertThat(kept).isBetween(30_000L, 120_000L);
            assertThat(collecting.lines("RECENT 1")).containsExactly("<number " + (sent - 1) + ">");
            assertThat(collecting.lines("RECENT 99999999")).hasSize((int) kept);
        }
    }

    @Test
    @DisplayName("a stop during searches is orderly")
    void stopWhileSearching() throws Exception {
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.set(e));
        List<Peer> askers = new ArrayList<>();
        try (Collecting collecting =
                new Collecting(settings -> settings.memory = new Size(64 << 20))) {
            collecting.send(("x".repeat(99) + "\n").repeat(300_000));
            for (int i = 0; i < 8; i++) {
                askers.add(Peer.connect(collecting.queryPort()).send("SEARCH nowhere\n"));
            }
            assertThat(collecting.ask("COUNT")).isEqualTo("COUNT 300000\n");
            collecting.stop();
            Await.until(
                    "the searcher's thread has ended",
                    () ->
                            Thread.getAllStackTraces().keySet().stream()
                                    .noneMatch(thread -> thread.getName().equals("searcher")));
            assertThat(uncaught.get()).isNull();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
            for (Peer asker : askers) {
                asker.close();
            }
        }
    }

    @Test
    @DisplayName("a slow reader delays no other client, and its answer reports overwritten lines")
    void slowReader() throws Exception {
        try (Collecting collecting =
                        new Collecting(settings -> settings.memory = new Size(8 << 20));
                Peer asker = Peer.connectWithSmallWindow(collecting.queryPort())) {
            String line = "x".repeat(99) + "\n";
            collecting.send(line.repeat(70_000));
            asker.send("RECENT 70000\n");
            assertThat(asker.read(10)).hasSize(10);
            assertThat(collecting.send(line.repeat(200_000))).hasSize(600_000);
            String rest = asker.finish().readTextToEnd();
            assertThat(rest).endsWith(" (older lines were overwritten before they were read)\n");
        }
    }
}
