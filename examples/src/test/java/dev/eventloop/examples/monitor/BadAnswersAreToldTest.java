package dev.eventloop.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.net.Sockets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** What comes in pieces, in parts, or is something else altogether. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BadAnswersAreToldTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n\r\n";

    /** Remembers, and stops the loop when it has seen enough. */
    private static final class Memory implements Screen {
        final Queue<String> seen = new ConcurrentLinkedQueue<>();
        private final EventLoop loop;
        private final int enough;

        Memory(EventLoop loop, int enough) {
            this.loop = loop;
            this.enough = enough;
        }

        private void remember(String what) {
            seen.add(what);
            if (seen.size() >= enough) {
                loop.stop();
            }
        }

        @Override
        public void show(Rates rates) {
            remember("active " + rates.now().active() + ", " + rates.accepted() + "/s");
        }

        @Override
        public void tell(String news) {
            remember(news.replaceAll("http://[0-9.:]+ ", ""));
        }

        @Override
        public void lost(String why) {
            remember(why.replaceAll(".*?: ", ""));
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static String stats(double uptime, int active) {
        return OK
                + "{\"uptime_seconds\":"
                + uptime
                + ",\"ready\":true,\"active\":"
                + active
                + ",\"accepted\":7,\"backends\":[]}";
    }

    /** What the monitor shows of these answers, one a connection; the last one again and again. */
    private static List<String> shown(String backend, int enough, ScriptedServer.Script... answers)
            throws Exception {
        AtomicInteger next = new AtomicInteger();
        ScriptedServer.Script script =
                peer -> answers[Math.min(next.getAndIncrement(), answers.length - 1)].run(peer);
        try (ScriptedServer server = ScriptedServer.start(script);
                EventLoop loop = EventLoop.create(EventLoopOptions.defaults().backend(backend))) {
            Memory memory = new Memory(loop, enough);
            AdminPort port = AdminPort.of("http://127.0.0.1:" + server.port(), null);
            Duration interval = Duration.ofMillis(20);
            try (Monitor monitor =
                    new Monitor(loop, Sockets.system(), port, interval, Long.MAX_VALUE, memory)) {
                loop.runUntilStopped();
                List<String> seen = new ArrayList<>(memory.seen);
                if (monitor.refusal() != null) {
                    seen.add(monitor.refusal().replaceAll("http://[0-9.:]+ ", ""));
                }
                return seen;
            } finally {
                assertThat(loop.size()).as("what is still registered").isZero();
            }
        }
    }

    private static ScriptedServer.Script says(String answer) {
        return peer -> {
            if (readRequest(peer)) {
                peer.send(answer).finish();
            }
        };
    }

    /** False if there is none: the monitor has seen enough and is on its way out. */
    private static boolean readRequest(Peer peer) throws Exception {
        StringBuilder request = new StringBuilder();
        byte[] next = new byte[1];
        while (!request.toString().endsWith("\r\n\r\n")) {
            if (peer.read(next, 0, 1) < 0) {
                return false;
            }
            request.append((char) next[0]);
        }
        assertThat(request).startsWith("GET /api/v1/stats HTTP/1.0\r\nHost: 127.0.0.1:");
        return true;
    }

    @EveryBackend
    @DisplayName("an answer that comes byte by byte is one")
    void trickle(String backend) throws Exception {
        assertThat(
                        shown(
                                backend,
                                1,
                                peer -> {
                                    readRequest(peer);
                                    byte[] bytes = stats(1, 5).getBytes(StandardCharsets.UTF_8);
                                    for (byte each : bytes) {
                                        peer.send(new byte[] {each});
                                    }
                                    peer.finish();
                                }))
                .containsExactly("active 5, 0.0/s");
    }

    @EveryBackend
    @DisplayName("answers that are cut off, reset or missing are told, and asked for again")
    void cutOff(String backend) throws Exception {
        assertThat(
                        shown(
                                backend,
                                6,
                                says(stats(1, 1)),
                                says(""),
                                says("HTTP/1.1 200 OK\r\nConte"),
                                peer -> {
                                    readRequest(peer);
                                    peer.reset();
                                },
                                says(stats(2, 2))))
                .containsExactly(
                        "active 1, 0.0/s",
                        "has ended without an answer; asking again",
                        "does not answer in HTTP; asking again",
                        "Connection reset by peer; asking again",
                        "answers again",
                        "active 2, 0.0/s");
    }

    @EveryBackend
    @DisplayName("an uptime that is less than before is that of another one")
    void startedAnew(String backend) throws Exception {
        assertThat(shown(backend, 3, says(stats(99, 1)), says(stats(1, 0))))
                .containsExactly(
                        "active 1, 0.0/s",
                        "high_perf_lb was started anew; rates begin at 0",
                        "active 0, 0.0/s");
    }

    @EveryBackend
    @DisplayName("who is no load balancer at all is not asked again")
    void somebodyElse(String backend) throws Exception {
        String notOne = "is not the admin port of high_perf_lb";
        for (String answer :
                new String[] {"<p>hello", "{}", "[]", "", "{\"uptime_seconds\":1}", "{"}) {
            assertThat(shown(backend, 9, says(OK + answer))).containsExactly(notOne);
        }
        assertThat(shown(backend, 9, says("HTTP/1.1 404 Not Found\r\n\r\n")))
                .containsExactly(notOne);
        assertThat(shown(backend, 9, says("HTTP/1.1 500 Oh\r\n\r\n")))
                .containsExactly("answers with status 500");
        String noise = new String(Payload.random(1, 100_000), StandardCharsets.ISO_8859_1);
        assertThat(shown(backend, 1, says(noise)))
                .containsExactly("does not answer in HTTP; asking again");
    }
}
