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
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** 10,000 connections, closed by FIN or RST at random, leak no files, sockets or memory. */
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class NothingLeaksTest {
    private static final int CROWD = 50;
    private static final long ONE_MEGABYTE_IN_KIB = 1024; // 100 bytes per connection

    @Test
    @DisplayName("open files, CLOSE_WAIT sockets and memory return to where they were")
    void everythingReturnsToItsBase() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("NothingLeaksTest: repeat with -Dseed=" + seed);
        try (EchoServer server = EchoServer.start();
                JavaProgram lb =
                        LbProcess.startSteady("0", "127.0.0.1:" + server.port(), "-t", "2")) {
            int port = lb.port();
            ProcessFacts facts = lb.facts();
            int filesOfIdle = Await.steady(Duration.ofMillis(300), facts::openFiles);
            openAndClose(port, 5_000, seed); // warm-up: the JIT compiles
            Await.until("open files return to base", () -> facts.openFiles() <= filesOfIdle);
            long memory = Await.steady(Duration.ofMillis(500), facts::residentKib);

            openAndClose(port, 10_000, seed + 1);

            Await.until(
                    "open files return to " + filesOfIdle, () -> facts.openFiles() <= filesOfIdle);
            assertThat(facts.socketsInCloseWait()).isZero();
            long grown = Await.steady(Duration.ofMillis(500), facts::residentKib) - memory;
            assertThat(grown).as("KiB more").isLessThan(ONE_MEGABYTE_IN_KIB);
            assertThat(lb.err()).isEmpty();
        }
    }

    private static void openAndClose(int port, int connections, long seed) throws Exception {
        Crowd.run(
                CROWD,
                i -> {
                    Random random = new Random(seed + i);
                    for (int n = 0; n < connections / CROWD; n++) {
                        openAndClose(port, random);
                    }
                    return i;
                });
    }

    private static void openAndClose(int port, Random random) throws IOException {
        try (Peer client = Peer.connect(port)) {
            boolean talks = random.nextBoolean();
            if (talks) {
                assertThat(client.send("x").readText(1)).isEqualTo("x");
            }
            switch (random.nextInt(4)) {
                case 0 -> client.reset();
                case 1 -> assertThat(client.finish().readToEnd()).isEmpty();
                case 2 -> client.send("unread").reset();
                default -> client.send("unread"); // closed while the echo is under way
            }
        }
    }
}
