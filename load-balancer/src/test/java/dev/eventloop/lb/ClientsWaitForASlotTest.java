package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.Unchecked;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When all client slots are taken, the next client waits in the backlog; it is not refused. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ClientsWaitForASlotTest {
    private static final int SLOTS = 3;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    @DisplayName("a client beyond the limit is served when another leaves")
    void oneTooManyWaits(int threads) throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server.port(), threads).start()) {
            List<Peer> inside = new ArrayList<>();
            for (int i = 0; i < SLOTS; i++) {
                Peer client = Peer.connect(lb.port());
                assertThat(client.send("x").readText(1)).isEqualTo("x");
                inside.add(client);
            }
            List<Peer> outside = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                outside.add(Peer.connect(lb.port()).send("?"));
            }
            // After these round trips every loop has polled its listener.
            for (int round = 0; round < 50; round++) {
                for (Peer client : inside) {
                    assertThat(client.send("y").readText(1)).isEqualTo("y");
                }
            }
            assertThat(lb.stats().accepted()).isEqualTo(SLOTS);
            assertThat(server.accepted()).isEqualTo(SLOTS);

            for (Peer client : inside) {
                client.close();
            }
            // The kernel chooses which of them is accepted next; each gets its answer.
            Crowd.run(
                    outside.size(),
                    i -> {
                        try (Peer client = outside.get(i)) {
                            assertThat(client.readText(1)).isEqualTo("?");
                        }
                        return i;
                    });
            Await.equal(0, () -> lb.stats().active());
            assertThat(lb.stats().accepted()).isEqualTo(SLOTS + 6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    @DisplayName("of 40 clients at most the limit are served at a time, and all are served")
    void crowdIsServedWithinTheLimit(int threads) throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Semaphore answers = new Semaphore(0);
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                    answers.acquire();
                                    inside.decrementAndGet();
                                    client.send("served");
                                });
                LoadBalancer lb = over(server.port(), threads).start()) {
            int port = lb.port();
            List<Peer> clients = Crowd.run(40, i -> Peer.connect(port));
            Await.equal(SLOTS, inside::get);
            assertThat(lb.stats().active()).isEqualTo(SLOTS);
            answers.release(clients.size());
            Crowd.run(
                    clients.size(),
                    i -> {
                        try (Peer client = clients.get(i)) {
                            assertThat(client.readTextToEnd()).isEqualTo("served");
                        }
                        return i;
                    });
            assertThat(most.get()).isEqualTo(SLOTS);
        }
    }

    private static LoadBalancerBuilder over(int port, int threads) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(threads)
                .maxClients(SLOTS)
                .backend("127.0.0.1", port);
    }
}
