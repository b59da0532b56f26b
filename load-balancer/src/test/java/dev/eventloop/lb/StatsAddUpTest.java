package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.lb.fixture.Unchecked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The counters of frontends, backends and close reasons agree. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class StatsAddUpTest {
    @Test
    @DisplayName("bytes in equal bytes out; each connection counts one backend and one reason")
    void countsAgree() throws Exception {
        try (EchoServer one = EchoServer.start();
                EchoServer two = EchoServer.start();
                RefusingPort dead = RefusingPort.take();
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .threads(2)
                                .backend("127.0.0.1", one.port(), 3)
                                .backend("127.0.0.1", dead.port(), 2)
                                .backend("127.0.0.1", two.port(), 1)
                                .start()) {
            List<Integer> sent =
                    Crowd.run(
                            20,
                            i -> {
                                int bytes = 0;
                                for (int round = 0; round < 10; round++) {
                                    try (Peer client = Peer.connect(lb.port())) {
                                        int length = 1 + 997 * i + round;
                                        client.send(new byte[length]).finish();
                                        assertThat(client.readToEnd()).hasSize(length);
                                        bytes += length;
                                    }
                                }
                                return bytes;
                            });
            long total = sent.stream().mapToLong(Integer::longValue).sum();
            Await.equal(0, () -> lb.stats().active());

            LoadBalancerStats stats = lb.stats();
            assertThat(stats.accepted()).isEqualTo(200);
            assertThat(stats.closes()).isEqualTo(Map.of(CloseReason.CLIENT_CLOSED, 200L));
            assertThat(stats.backends())
                    .extracting(LoadBalancerStats.Backend::name)
                    .containsExactly(
                            "127.0.0.1:" + one.port(),
                            "127.0.0.1:" + dead.port(),
                            "127.0.0.1:" + two.port());
            assertThat(stats.backends())
                    .extracting(LoadBalancerStats.Backend::weight)
                    .containsExactly(3, 2, 1);
            assertThat(stats.backends())
                    .extracting(LoadBalancerStats.Backend::connections)
                    .containsExactly((long) one.accepted(), 0L, (long) two.accepted());
            assertThat(one.accepted() + two.accepted()).isEqualTo(200);
            assertThat(stats.backends()).allSatisfy(b -> assertThat(b.active()).isZero());
            assertThat(sum(stats, true)).isEqualTo(total);
            assertThat(sum(stats, false)).isEqualTo(total);
            assertThat(stats.backends().get(1).connectFailures()).isPositive();
        }
    }

    private static long sum(LoadBalancerStats stats, boolean sent) {
        return stats.backends().stream()
                .mapToLong(b -> sent ? b.bytesSent() : b.bytesReceived())
                .sum();
    }

    @Test
    @DisplayName("open connections are counted while they are open")
    void openConnectionsAreCounted() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        Unchecked.builder()
                                .listen("127.0.0.1", 0)
                                .threads(2)
                                .backend("127.0.0.1", server.port())
                                .start()) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                Peer client = Peer.connect(lb.port());
                assertThat(client.send("x").readText(1)).isEqualTo("x");
                clients.add(client);
                assertThat(lb.stats().active()).isEqualTo(i);
                assertThat(lb.stats().backends().get(0).active()).isEqualTo(i);
            }
            for (int i = 0; i < 20; i++) {
                if (i % 2 == 0) {
                    clients.get(i).reset();
                } else {
                    clients.get(i).close();
                }
            }
            Await.equal(0, () -> lb.stats().active());
            assertThat(lb.stats().backends().get(0).active()).isZero();
            assertThat(lb.stats().closes())
                    .isEqualTo(
                            Map.of(CloseReason.CLIENT_CLOSED, 10L, CloseReason.CLIENT_RESET, 10L));
        }
    }
}
