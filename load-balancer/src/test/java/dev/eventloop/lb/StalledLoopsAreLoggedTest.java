package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.lb.fixture.Logged;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The warning of {@code --stall-warning}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class StalledLoopsAreLoggedTest {
    private static final Duration LIMIT = Duration.ofMillis(300);

    /** A listener that makes the loop wait while a connection is opened. */
    private static final class Blocking implements ConnectionListener {
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void connected(long id, InetSocketAddress client, String backend) {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void closed(ClosedConnection connection) {}
    }

    @Test
    @DisplayName("a loop that a listener blocks is logged once, with its stack, and counted")
    void blockedLoopIsLogged() throws Exception {
        Blocking listener = new Blocking();
        try (Logged log = Logged.by("dev.eventloop.lb.runtime.WatchedLoop");
                EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).stallWarning(LIMIT).start()) {
            lb.addConnectionListener(listener);
            String thread = "load-balancer-" + lb.port() + "-0";
            try (Peer client = Peer.connect(lb.port())) {
                List<String> stack =
                        log.awaitStack(
                                "the event loop of "
                                        + thread
                                        + " has not turned for 300ms; its connections wait for what"
                                        + " is on its stack");
                assertThat(stack).anyMatch(frame -> frame.contains("Blocking.connected"));
                assertThat(lb.stalls()).containsExactly(1L);
                assertThat(lb.allLoopsTurn()).isFalse(); // so that no watchdog is fed

                listener.released.countDown();
                assertThat(client.send("x").readText(1)).isEqualTo("x");
                String end = "the event loop of " + thread + " turns again, after ";
                Await.until(end, () -> log.messages().stream().anyMatch(m -> m.startsWith(end)));
                assertThat(log.messages()).hasSize(2);
                assertThat(lb.allLoopsTurn()).isTrue();
                assertThat(lb.stalls()).containsExactly(1L);
            }
        } finally {
            listener.released.countDown();
        }
    }

    @Test
    @DisplayName("a loop that has nothing to do is not taken for a stalled one")
    void idleLoopIsNotLogged() throws Exception {
        try (Logged log = Logged.by("dev.eventloop.lb.runtime.WatchedLoop");
                EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).threads(2).stallWarning(LIMIT).start()) {
            Thread.sleep(3 * LIMIT.toMillis());
            assertThat(lb.stalls()).containsExactly(0L, 0L);
            assertThat(log.messages()).isEmpty();
        }
    }

    @Test
    @DisplayName("zero watches nothing: there is no thread for it")
    void zeroIsOff() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).stallWarning(Duration.ZERO).start()) {
            assertThat(lb.stalls()).containsExactly(0L);
            Await.equal(0L, StalledLoopsAreLoggedTest::watches);
        }
    }

    @Test
    @DisplayName("the thread that watches ends with the load balancer")
    void endsWithTheLoadBalancer() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb = over(server).start()) {
            assertThat(lb.stalls()).containsExactly(0L);
            Await.equal(1L, StalledLoopsAreLoggedTest::watches);
        }
        Await.equal(0L, StalledLoopsAreLoggedTest::watches);
    }

    private static LoadBalancerBuilder over(EchoServer server) {
        return LoadBalancer.builder()
                .listen("127.0.0.1", 0)
                .backend("127.0.0.1", server.port())
                .threads(1);
    }

    private static long watches() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("stall-watch"))
                .count();
    }
}
