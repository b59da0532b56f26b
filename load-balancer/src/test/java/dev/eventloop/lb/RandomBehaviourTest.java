package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Unchecked;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients open, write, half-close, close and reset at random, from a seed. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class RandomBehaviourTest {
    private static final int CLIENTS = 50;
    private static final int CONNECTIONS_EACH = 12;

    @Test
    @DisplayName(
            "each echoed byte is right, none is missing before a FIN, and every connection ends")
    void everyByteIsRight() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("RandomBehaviourTest: repeat with -Dseed=" + seed);
        try (EchoServer one = EchoServer.start();
                EchoServer two = EchoServer.start();
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .threads(2)
                                .backend("127.0.0.1", one.port())
                                .backend("127.0.0.1", two.port(), 2)
                                .start()) {
            int port = lb.port();
            Crowd.run(
                    CLIENTS,
                    i -> {
                        Random random = new Random(seed + i);
                        for (int n = 0; n < CONNECTIONS_EACH; n++) {
                            connection(port, random);
                        }
                        return i;
                    });
            long total = (long) CLIENTS * CONNECTIONS_EACH;
            Await.equal(0, () -> lb.stats().active());
            LoadBalancerStats stats = lb.stats();
            assertThat(stats.accepted()).isEqualTo(total);
            assertThat(stats.closes().values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(total);
            assertThat(stats.closes())
                    .doesNotContainKeys(CloseReason.NO_BACKEND, CloseReason.SHUTDOWN);
        }
    }

    private static void connection(int port, Random random) throws Exception {
        byte[] bytes = Payload.random(random.nextLong(), random.nextInt(400_000));
        try (Peer client = Peer.connect(port)) {
            Future<Integer> reader = Crowd.beside(() -> compare(client, bytes));
            int sent = 0;
            while (sent < bytes.length) {
                int length = Math.min(bytes.length - sent, 1 + random.nextInt(60_000));
                client.send(bytes, sent, length);
                sent += length;
                int dice = random.nextInt(100);
                if (dice < 5) {
                    client.reset();
                    checkCutOff(reader);
                    return;
                }
                if (dice < 10) {
                    client.socket().close();
                    checkCutOff(reader);
                    return;
                }
                if (dice < 15) {
                    break;
                }
            }
            client.finish();
            assertThat(reader.get()).as("bytes that came back before the FIN").isEqualTo(sent);
        }
    }

    /** The reader must fail, since its socket was closed, but not because of a wrong byte. */
    private static void checkCutOff(Future<Integer> reader) {
        assertThat(reader)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(SocketException.class);
    }

    /** Reads to the FIN; fails at the first wrong byte; returns the number of bytes. */
    private static int compare(Peer client, byte[] expected) throws Exception {
        byte[] chunk = new byte[16 * 1024];
        int at = 0;
        int count = client.read(chunk, 0, chunk.length);
        while (count >= 0) {
            int wrong =
                    Arrays.mismatch(
                            chunk, 0, count, expected, at, Math.min(expected.length, at + count));
            assertThat(wrong).as("first wrong byte after %d", at).isEqualTo(-1);
            at += count;
            count = client.read(chunk, 0, chunk.length);
        }
        return at;
    }
}
