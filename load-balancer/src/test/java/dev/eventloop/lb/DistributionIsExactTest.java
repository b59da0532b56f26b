package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each backend gets exactly its share, in smooth order, over all threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class DistributionIsExactTest {
    private NamedServer a;
    private NamedServer b;
    private NamedServer c;

    @BeforeEach
    void startServers() throws IOException {
        a = NamedServer.start("A");
        b = NamedServer.start("B");
        c = NamedServer.start("C");
    }

    @AfterEach
    void stopServers() throws IOException {
        a.close();
        b.close();
        c.close();
    }

    @Test
    @DisplayName("equal weights give 15 of 30 each, in turn")
    void equalWeightsTakeTurns() throws Exception {
        try (LoadBalancer lb = twoBackends(1, 1, 1).start()) {
            assertThat(NamedServer.ask(lb.port(), 30)).isEqualTo("AB".repeat(15));
        }
        assertThat(List.of(a.served(), b.served())).containsExactly(15, 15);
    }

    @Test
    @DisplayName("weights 1:2 give 10 and 20 of 30")
    void weightsOneToTwoGiveTenAndTwenty() throws Exception {
        try (LoadBalancer lb = twoBackends(1, 2, 2).start()) {
            assertThat(NamedServer.ask(lb.port(), 30)).hasSize(30);
        }
        assertThat(List.of(a.served(), b.served())).containsExactly(10, 20);
    }

    @Test
    @DisplayName("weights 5:1:1 give A A B A C A A, round after round")
    void heavyBackendIsInterleavedWithTheOthers() throws Exception {
        try (LoadBalancer lb = twoBackends(5, 1, 2).backend("127.0.0.1", c.port(), 1).start()) {
            assertThat(NamedServer.ask(lb.port(), 21)).isEqualTo("AABACAA".repeat(3));
        }
    }

    @Test
    @DisplayName("rr: weights are ignored")
    void roundRobinIgnoresWeights() throws Exception {
        try (LoadBalancer lb =
                twoBackends(5, 1, 2)
                        .backend("127.0.0.1", c.port(), 256)
                        .algorithm(Algorithm.ROUND_ROBIN)
                        .start()) {
            assertThat(NamedServer.ask(lb.port(), 12)).isEqualTo("ABC".repeat(4));
        }
    }

    @Test
    @DisplayName("100 connections at 3:2 over two threads are 60 and 40")
    void sharesAreExactOverTwoThreads() throws Exception {
        try (LoadBalancer lb = twoBackends(3, 2, 2).start()) {
            assertThat(NamedServer.ask(lb.port(), 100)).isEqualTo("ABABA".repeat(20));
        }
        assertThat(List.of(a.served(), b.served())).containsExactly(60, 40);
    }

    @Test
    @DisplayName("100 concurrent connections at 3:2 over two threads are 60 and 40")
    void sharesAreExactForConcurrentConnections() throws Exception {
        try (LoadBalancer lb = twoBackends(3, 2, 2).start()) {
            List<String> answers = Crowd.run(100, i -> NamedServer.ask(lb.port()));
            assertThat(answers).filteredOn("A"::equals).hasSize(60);
            assertThat(answers).filteredOn("B"::equals).hasSize(40);
        }
        assertThat(List.of(a.served(), b.served())).containsExactly(60, 40);
    }

    @Test
    @DisplayName("every thread accepts connections")
    void everyThreadTakesConnections() throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        try (LoadBalancer lb = twoBackends(1, 1, 2).start()) {
            List<Long> ids = workersOf(lb);
            assertThat(ids).hasSize(2);
            assertThat(NamedServer.ask(lb.port(), 2)).isEqualTo("AB");
            List<Long> before = ids.stream().map(threads::getThreadCpuTime).toList();
            // The kernel hashes addresses and ports: the chance that one thread gets all is 2^-199.
            assertThat(NamedServer.ask(lb.port(), 200)).hasSize(200);
            List<Long> after = ids.stream().map(threads::getThreadCpuTime).toList();
            for (int i = 0; i < ids.size(); i++) {
                // A thread that gets no connection uses no CPU time.
                assertThat(after.get(i)).isGreaterThan(before.get(i));
            }
        }
    }

    @Test
    @DisplayName("connections that stay open are distributed like short ones")
    void openConnectionsAreSharedOutToo() throws Exception {
        List<Peer> clients = new ArrayList<>();
        try (LoadBalancer lb = twoBackends(3, 2, 2).start()) {
            for (int i = 0; i < 50; i++) {
                Peer client = Peer.connect(lb.port());
                clients.add(client);
                assertThat(client.readText(1)).isEqualTo("ABABA".substring(i % 5, i % 5 + 1));
            }
        } finally {
            for (Peer client : clients) {
                client.close();
            }
        }
    }

    private LoadBalancerBuilder twoBackends(int weightOfA, int weightOfB, int threads) {
        return Unchecked.builder()
                .listen("127.0.0.1", 0)
                .threads(threads)
                .backend("127.0.0.1", a.port(), weightOfA)
                .backend("127.0.0.1", b.port(), weightOfB);
    }

    private static List<Long> workersOf(LoadBalancer lb) {
        String prefix = "load-balancer-" + lb.port() + "-";
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .map(Thread::getId)
                .toList();
    }
}
