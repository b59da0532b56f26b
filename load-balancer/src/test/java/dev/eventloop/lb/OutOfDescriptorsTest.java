package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With no file descriptor left, clients wait in the backlog; no thread spins or dies. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class OutOfDescriptorsTest {
    private static final int CLIENTS = 60;
    private static final int TICKS_PER_SECOND = 100;

    @ParameterizedTest
    @CsvSource({"1,64", "1,65", "2,64", "2,65"})
    @DisplayName("accepting pauses until descriptors come back; all clients are served")
    void clientsWaitForDescriptors(String threads, int limit) throws Exception {
        try (EchoServer server = EchoServer.start();
                JavaProgram lb =
                        LbProcess.startWithOpenFiles(
                                limit,
                                "0",
                                "127.0.0.1:" + server.port(),
                                "--health-check",
                                "off",
                                "-t",
                                threads,
                                "--max-clients",
                                "1000",
                                "--connect-timeout",
                                "1s")) {
            int port = lb.port();
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Peer.connect(port).send("x"));
            }
            int inside = Await.steady(Duration.ofSeconds(1), server::accepted);
            assertThat(inside).isBetween(3, CLIENTS - 1);

            assertThat(shareOfCpu(lb.facts(), 3)).as("of one core, while paused").isLessThan(0.25);
            assertThat(server.accepted()).isEqualTo(inside);
            assertThat(lb.err())
                    .as("one warning per thread")
                    .hasSizeBetween(1, Integer.parseInt(threads))
                    .allSatisfy(line -> assertThat(line).contains("file descriptors"));

            // Each client that closes frees descriptors for the next.
            List<Peer> waiting = new ArrayList<>(clients);
            while (!waiting.isEmpty()) {
                Peer next = firstServed(waiting);
                waiting.remove(next);
                next.close();
            }

            Crowd.run(10, i -> talk(port));
            assertThat(lb.isAlive()).isTrue();
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    @Test
    @DisplayName("a drain without descriptors still serves all clients in the backlog")
    void drainWithoutDescriptorsServesTheBacklog() throws Exception {
        try (EchoServer server = EchoServer.start();
                JavaProgram lb =
                        LbProcess.startWithOpenFiles(
                                64,
                                "0",
                                "127.0.0.1:" + server.port(),
                                "--health-check",
                                "off",
                                "-t",
                                "1",
                                "--max-clients",
                                "1000")) {
            int port = lb.port();
            List<Peer> waiting = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                waiting.add(Peer.connect(port).send("x"));
            }
            assertThat(Await.steady(Duration.ofSeconds(1), server::accepted)).isLessThan(CLIENTS);
            lb.signal("TERM");
            while (!waiting.isEmpty()) {
                Peer next = firstServed(waiting);
                waiting.remove(next);
                next.close();
            }
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    /** User and system time per second of wall time; near 1 if a thread spins. */
    private static double shareOfCpu(ProcessFacts facts, int seconds) throws IOException {
        long start = System.nanoTime();
        long before = facts.cpuTicks();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        return (facts.cpuTicks() - before) / elapsed / TICKS_PER_SECOND;
    }

    /** The client that gets its answer next. */
    private static Peer firstServed(List<Peer> waiting) throws Exception {
        List<Peer> served = new ArrayList<>();
        Await.until(
                "one of " + waiting.size() + " is served",
                () -> {
                    for (Peer client : waiting) {
                        client.socket().setSoTimeout(5);
                        try {
                            assertThat(client.readText(1)).isEqualTo("x");
                            served.add(client);
                            return true;
                        } catch (SocketTimeoutException e) {
                            served.clear(); // not yet
                        }
                    }
                    return false;
                });
        return served.get(0);
    }

    private static String talk(int port) throws IOException {
        try (Peer client = Peer.connect(port)) {
            String answer = client.send("hello").finish().readTextToEnd();
            assertThat(answer).isEqualTo("hello");
            return answer;
        }
    }
}
