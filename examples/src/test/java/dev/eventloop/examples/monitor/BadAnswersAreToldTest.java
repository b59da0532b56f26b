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

/** Answers in pieces, incomplete answers, and answers from other servers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BadAnswersAreToldTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n\r\n";

    /** Records what is shown, and stops the loop after a number of entries. */
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

    /** What the monitor shows for these answers, one per connection; the last one repeats. */
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
                assertThat(loop.size()).as("remaining registrations").isZero();
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

    /** Returns false if there is no request, because the monitor is about to stop. */
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
    @DisplayName("an answer may arrive byte by byte")
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
    @DisplayName("truncated, reset and missing answers are reported and requested again")
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
                        "closed the connection without an answer; retrying",
                        "did not answer in HTTP; retrying",
                        "Connection reset by peer; retrying",
                        "answers again",
                        "active 2, 0.0/s");
    }

    @EveryBackend
    @DisplayName("an uptime below the previous one means a restart")
    void startedAnew(String backend) throws Exception {
        assertThat(shown(backend, 3, says(stats(99, 1)), says(stats(1, 0))))
                .containsExactly(
                        "active 1, 0.0/s",
                        "high_perf_lb was restarted; rates begin at 0",
                        "active 0, 0.0/s");
    }

    @EveryBackend
    @DisplayName("a server that is not a load balancer is not asked again")
    void somebodyElse(String backend) throws Exception {
        String notOne = "is not the admin port of high_perf_lb";
        for (String answer :
                new String[] {"<p>hello", "{}", "[]", "", "{\"uptime_seconds\":1}", "{"}) {
            assertThat(shown(backend, 9, says(OK + answer))).containsExactly(notOne);
        }
        assertThat(shown(backend, 9, says("HTTP/1.1 404 Not Found\r\n\r\n")))
                .containsExactly(notOne);
        assertThat(shown(backend, 9, says("HTTP/1.1 500 Oh\r\n\r\n")))
                .containsExactly("answered with status 500");
        String noise = new String(Payload.random(1, 100_000), StandardCharsets.ISO_8859_1);
        assertThat(shown(backend, 1, says(noise)))
                .containsExactly("did not answer in HTTP; retrying");
    }
}
