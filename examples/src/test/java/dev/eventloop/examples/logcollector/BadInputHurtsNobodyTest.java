package dev.eventloop.examples.logcollector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("real")
class BadInputHurtsNobodyTest {
    @Test
    @DisplayName(
            "lines longer than the limit are truncated and counted; their neighbours are complete")
    void oversize() throws Exception {
        try (Collecting collecting = new Collecting(settings -> settings.maxLine = 100)) {
            String text =
                    "first\n"
                            + "a".repeat(100)
                            + "\n"
                            + "b".repeat(101)
                            + "\nbetween\n"
                            + "c".repeat(3_000_000)
                            + "\n"
                            + "last\n"
                            + "d".repeat(500);
            assertThat(collecting.send(text)).isEqualTo("OK\n".repeat(7));
            assertThat(collecting.lines("RECENT 9"))
                    .containsExactly(
                            "first",
                            "a".repeat(100),
                            "b".repeat(100),
                            "between",
                            "c".repeat(100),
                            "last",
                            "d".repeat(100));
            assertThat(collecting.stat("truncated")).isEqualTo(3);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"epoll", "poll", "select"})
    @DisplayName("a line may arrive byte by byte")
    void byteByByte(String backend) throws Exception {
        try (Collecting collecting = Collecting.on(backend, settings -> settings.maxLine = 10);
                Peer client = collecting.client()) {
            for (char c : "slow\nmuch too long a line\n".toCharArray()) {
                client.send(String.valueOf(c));
                Thread.sleep(1); // so that most bytes are read separately
            }
            assertThat(client.readText(6)).isEqualTo("OK\nOK\n");
            assertThat(collecting.lines("RECENT 2")).containsExactly("slow", "much too l");
        }
    }

    @Test
    @DisplayName("random bytes are kept unchanged")
    void noise() throws Exception {
        byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        noise[noise.length - 1] = '\n';
        long newlines = 0;
        for (byte value : noise) {
            newlines += value == '\n' ? 1 : 0;
        }
        try (Collecting collecting = new Collecting(settings -> {});
                Peer client = collecting.client()) {
            byte[] oks = client.send(noise).finish().readToEnd();
            assertThat(oks).hasSize((int) (3 * newlines));
            String answer = collecting.ask("RECENT 1000000");
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            int time = "2026-11-21T10:00:00.000Z ".length();
            for (int at = 0; !answer.startsWith("END ", at); ) {
                int end = answer.indexOf('\n', at) + 1;
                byte[] line =
                        answer.substring(at + time, end).getBytes(StandardCharsets.ISO_8859_1);
                kept.writeBytes(line);
                at = end;
            }
            assertThat(kept.toByteArray()).isEqualTo(noise);
        }
    }

    @Test
    @DisplayName("a line cut by a reset is dropped and counted; complete lines are kept")
    void reset() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {})) {
            Peer client = collecting.client();
            assertThat(client.send("whole\nbro").readText(3)).isEqualTo("OK\n");
            client.reset();
            collecting.awaitStat("torn", 1);
            collecting.awaitStat("clients", 0);
            assertThat(collecting.lines("RECENT 2")).containsExactly("whole");
        }
    }

    @Test
    @DisplayName("hundreds of connects and resets leave nothing behind")
    void connectsAndResets() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {})) {
            collecting.send("warm\n");
            collecting.awaitStat("clients", 0);
            int before = ProcessFacts.ofThisProcess().openFiles();
            List<Integer> ignored =
                    Crowd.run(
                            4,
                            index -> {
                                for (int i = 0; i < 250; i++) {
                                    Peer client = collecting.client();
                                    client.send(i % 2 == 0 ? "line\n" : "no line");
                                    client.reset();
                                }
                                return 0;
                            });
            collecting.awaitStat("clients", 0);
            assertThat(collecting.stat("connections")).isGreaterThanOrEqualTo(1);
            assertThat(collecting.send("still here\n")).isEqualTo("OK\n");
            collecting.awaitStat("clients", 0);
            assertThat(ProcessFacts.ofThisProcess().openFiles()).isLessThan(before + 20);
        }
    }

    @Test
    @DisplayName("a client beyond the limit gets an error; when another leaves there is room again")
    void clientLimit() throws Exception {
        try (Collecting collecting = new Collecting(settings -> settings.maxClients = 2)) {
            Peer one = collecting.client();
            Peer two = collecting.client();
            assertThat(one.send("a\n").readText(3)).isEqualTo("OK\n");
            assertThat(two.send("b\n").readText(3)).isEqualTo("OK\n");
            try (Peer three = collecting.client()) {
                assertThat(three.readTextToEnd())
                        .isEqualTo("ERR the limit of 2 clients is reached; try later\n");
            }
            assertThat(collecting.stat("refused")).isEqualTo(1);
            one.close();
            collecting.awaitStat("clients", 1);
            assertThat(collecting.send("c\n")).isEqualTo("OK\n");
            two.close();
        }
    }

    @Test
    @DisplayName("without file descriptors it says so once, new clients wait, and it continues")
    void outOfFiles() throws Exception {
        List<String> few = List.of("sh", "-c", "ulimit -n 300; exec \"$@\"", "sh");
        try (CollectorProcess collector = CollectorProcess.startUnder(few)) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                clients.add(Peer.connect(collector.port()));
            }
            Await.until(
                    "it prints a warning",
                    () -> collector.output().contains("cannot accept for now"));
            for (Peer client : clients.subList(0, 200)) {
                client.close();
            }
            for (Peer client : clients.subList(200, 300)) {
                assertThat(client.send("line\n").readText(3)).isEqualTo("OK\n");
                client.close();
            }
            assertThat(collector.output()).contains("(EMFILE)").hasLineCount(3);
        }
    }

    @Test
    @DisplayName("the query port answers invalid commands with sentences, and survives abuse")
    void queryAbuse() throws Exception {
        try (Collecting collecting = new Collecting(settings -> {})) {
            collecting.send("line\n");
            for (String nonsense :
                    List.of(
                            "FOO",
                            "RECENT",
                            "RECENT -1",
                            "RECENT x",
                            "SEARCH",
                            "RANGE now",
                            "RANGE then now",
                            "RANGE -5x now",
                            "RANGE now -5m",
                            "\u0000\u0001\u00ff")) {
                assertThat(collecting.ask(nonsense)).startsWith("ERR ").hasLineCount(1);
            }
            assertThat(collecting.ask("RECENT 999999999999999999")).endsWith("line\nEND 1\n");
            assertThat(collecting.ask("")).isEmpty();
            try (Peer asker = Peer.connect(collecting.queryPort())) {
                asker.send("x".repeat(4096));
                assertThat(asker.readTextToEnd())
                        .isEqualTo("ERR a command has at most 4096 bytes\n");
            }
            List<Peer> askers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                Peer asker = Peer.connect(collecting.queryPort());
                assertThat(asker.send("COUNT\n").readText(8)).isEqualTo("COUNT 1\n");
                askers.add(asker);
            }
            assertThat(collecting.ask(""))
                    .startsWith("ERR the limit of 32 query clients is reached");
            for (Peer asker : askers) {
                asker.send("SEARCH line\n").reset();
            }
            Await.until("there is room again", () -> collecting.ask("COUNT").equals("COUNT 1\n"));
        }
    }
}
