package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.BackendInfo;
import dev.eventloop.EventLoop;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Unchecked;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * With {@code retry-interval}, a client waits where all backends have been tried or are full, until
 * its retries are used up; without it, it is turned away at once.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class AnotherRoundOfRetriesComesLaterTest {
    private static final Duration BRIEF = Duration.ofMillis(10);
    private static final Duration ENDLESS = Duration.ofMinutes(10);

    private final Closes closes = new Closes();

    private LoadBalancerBuilder builder() {
        return Unchecked.builder().listen("127.0.0.1", 0).threads(1).connectionListener(closes);
    }

    private static Stream<String> eventBackends() {
        return EventLoop.backends().stream().filter(BackendInfo::available).map(BackendInfo::name);
    }

    @Test
    @DisplayName(
            "the only backend is restarted meanwhile: the client is served, with all its bytes")
    void clientSurvivesARestart() throws Exception {
        RefusingPort dead = RefusingPort.take();
        int port = dead.port();
        try (LoadBalancer lb =
                        builder()
                                .backend("127.0.0.1", port)
                                .retries(100_000)
                                .retryInterval(BRIEF)
                                .start();
                Peer client = Peer.connect(lb.port())) {
            client.send("early").finish();
            Await.until("a second round", () -> lb.stats().backends().get(0).connectFailures() > 1);
            dead.close();
            try (NamedServer live = NamedServer.startAt(port, "A")) {
                assertThat(client.readTextToEnd()).isEqualTo("A");
                assertThat(live.served()).isEqualTo(1);
            }
            assertThat(closes.await(1).get(0).backend()).isEqualTo("127.0.0.1:" + port);
        }
    }

    @Test
    @DisplayName("in each round every backend is tried once, until the retries are used up")
    void retriesAreTheLimit() throws Exception {
        try (RefusingPort a = RefusingPort.take();
                RefusingPort b = RefusingPort.take();
                LoadBalancer lb =
                        builder()
                                .backend("127.0.0.1", a.port())
                                .backend("127.0.0.1", b.port())
                                .retries(4)
                                .retryInterval(BRIEF)
                                .start()) {
            assertThat(Visitors.isTurnedAway(lb.port())).isTrue();
            ClosedConnection closed = closes.await(1).get(0);
            List<String> tried = closed.tried();
            assertThat(tried).hasSize(5);
            assertThat(tried.subList(0, 2)).doesNotHaveDuplicates();
            assertThat(tried.subList(2, 4)).doesNotHaveDuplicates();
            assertThat(closed.reason()).isEqualTo(CloseReason.CONNECT_REFUSED);
            assertThat(closed.duration()).isGreaterThanOrEqualTo(BRIEF.multipliedBy(2));
            assertThat(lb.stats().backends()).allMatch(backend -> backend.active() == 0);
        }
    }

    @Test
    @DisplayName("off: each backend is tried once, whatever the retries")
    void offIsAsBefore() throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                LoadBalancer lb = builder().backend("127.0.0.1", dead.port()).retries(9).start()) {
            assertThat(Visitors.isTurnedAway(lb.port())).isTrue();
            assertThat(closes.await(1).get(0).tried()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("eventBackends")
    @DisplayName("a client that resets in the pause is gone at once, and nobody is tried meanwhile")
    void leavingIsNoticed(String eventBackend) throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                LoadBalancer lb =
                        builder()
                                .eventBackend(eventBackend)
                                .backend("127.0.0.1", dead.port())
                                .retryInterval(ENDLESS)
                                .start()) {
            Peer client = Peer.connect(lb.port());
            Await.until("it was tried", () -> lb.stats().backends().get(0).connectFailures() == 1);
            assertThat(lb.stats().active()).isEqualTo(1);
            client.send("question");
            client.reset();
            ClosedConnection closed = closes.await(1).get(0);
            assertThat(closed.reason()).isEqualTo(CloseReason.CLIENT_RESET);
            assertThat(closed.tried()).hasSize(1);
            assertThat(lb.stats().active()).isZero();
        }
    }

    @Test
    @DisplayName("a client waits while all backends are full, and is served when one has room")
    void fullBackendsAreWaitedFor() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        builder()
                                .backend("127.0.0.1", server.port())
                                .maxConnectionsPerBackend(1)
                                .retries(100_000)
                                .retryInterval(BRIEF)
                                .start();
                Peer first = Peer.connect(lb.port())) {
            assertThat(first.send("x").readText(1)).isEqualTo("x");
            try (Peer second = Peer.connect(lb.port())) {
                second.send("y");
                Await.equal(2, () -> lb.stats().active());
                assertThat(first.finish().readToEnd()).isEmpty();
                assertThat(second.readText(1)).isEqualTo("y");
            }
        }
    }

    @Test
    @DisplayName("rounds without anybody to try are counted, too: no client waits for ever")
    void emptyRoundsCount() throws Exception {
        try (EchoServer server = EchoServer.start();
                LoadBalancer lb =
                        builder()
                                .backend("127.0.0.1", server.port())
                                .maxConnectionsPerBackend(1)
                                .retries(2)
                                .retryInterval(BRIEF)
                                .start();
                Peer first = Peer.connect(lb.port())) {
            assertThat(first.send("x").readText(1)).isEqualTo("x");
            assertThat(Visitors.isTurnedAway(lb.port())).isTrue();
            ClosedConnection closed = closes.await(1).get(0);
            assertThat(closed.reason()).isEqualTo(CloseReason.NO_BACKEND);
            assertThat(closed.tried()).isEmpty();
            assertThat(closed.duration()).isGreaterThanOrEqualTo(BRIEF.multipliedBy(2));
        }
    }

    @Test
    @DisplayName("who waits for the next round is closed with the load balancer")
    void closeEndsThePause() throws Exception {
        try (RefusingPort dead = RefusingPort.take()) {
            LoadBalancer lb =
                    builder().backend("127.0.0.1", dead.port()).retryInterval(ENDLESS).start();
            Peer client = Peer.connect(lb.port());
            Await.equal(1, () -> lb.stats().active());
            lb.close();
            client.readUntilReset();
            assertThat(closes.await(1).get(0).reason()).isEqualTo(CloseReason.SHUTDOWN);
        }
    }
}
