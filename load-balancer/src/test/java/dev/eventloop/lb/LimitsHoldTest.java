package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.OtherSource;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.StayingServer;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.fixture.Closes;
import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A limit lets in as many as it says, and the next one as soon as somebody has gone. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class LimitsHoldTest {
    private StayingServer a;
    private StayingServer b;
    private final Visitors visitors = new Visitors();

    @TempDir private Path folder;

    @BeforeEach
    void startServers() throws Exception {
        a = StayingServer.start("A");
        b = StayingServer.start("B");
    }

    @AfterEach
    void stopServers() throws Exception {
        visitors.close();
        a.close();
        b.close();
    }

    @Nested
    @DisplayName("of connections to a backend")
    class PerBackend {
        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("case 12: at most 3, and 4 come: 3 are served, the fourth is not")
        void fourthIsNotServed(Product product) throws Exception {
            Scene scene = Scene.over().and(Scene.backend(a.port()).maxConnections(3));
            try (RunningProxy proxy = product.start(scene, folder)) {
                assertThat(visitors.come(proxy.port(), 3)).isEqualTo("AAA");
                if (product == Product.HAPROXY) { // it waits, and is served when one has gone
                    try (Peer fourth = Peer.connect(proxy.port())) {
                        proxy.awaitQueued(1);
                        visitors.leave();
                        assertThat(fourth.readText(1)).isEqualTo("A");
                    }
                    return;
                }
                assertThat(Visitors.isTurnedAway(proxy.port())).isTrue();
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("case 12: who goes makes room")
        void slotsAreGivenBack(Product product) throws Exception {
            Scene scene = Scene.over().and(Scene.backend(a.port()).maxConnections(3));
            try (RunningProxy proxy = product.start(scene, folder)) {
                for (int round = 0; round < 5; round++) {
                    assertThat(visitors.come(proxy.port(), 3)).isEqualTo("AAA");
                    visitors.leave();
                    a.awaitGone();
                    proxy.awaitActive(0);
                }
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("case 12: at most 2, and a backup: of 6 the backup gets 4")
        void backupGetsTheOthers(Product product) throws Exception {
            product.skipUnless(
                    product != Product.HAPROXY,
                    "while a server is up it lets clients wait for it, and uses no backup");
            Scene scene =
                    Scene.over()
                            .and(Scene.backend(a.port()).maxConnections(2))
                            .and(Scene.backend(b.port()).backup(true));
            try (RunningProxy proxy = product.start(scene, folder)) {
                assertThat(visitors.come(proxy.port(), 6)).isEqualTo("AABBBB");
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("case 12: weights 2 and 1, but at most 1: of 4 they get 1 and 3")
        void limitComesBeforeWeight(Product product) throws Exception {
            Scene scene =
                    Scene.over()
                            .and(Scene.backend(a.port()).weight(2).maxConnections(1))
                            .and(Scene.backend(b.port()));
            try (RunningProxy proxy = product.start(scene, folder)) {
                assertThat(visitors.come(proxy.port(), 4).replace("B", "")).isEqualTo("A");
            }
        }

        @Test
        @DisplayName("case 12: who finds all full is reset, and the reason is no-backend")
        void nobodyHasRoom() throws Exception {
            try (LoadBalancer lb =
                    Unchecked.builder()
                            .listen("127.0.0.1", 0)
                            .backend("127.0.0.1", a.port())
                            .backend("127.0.0.1", b.port())
                            .maxConnectionsPerBackend(1)
                            .start()) {
                assertThat(visitors.come(lb.port(), 2)).isEqualTo("AB");
                assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
                Await.equal(1L, () -> lb.stats().closes().get(CloseReason.NO_BACKEND));
            }
        }
    }

    @Nested
    @DisplayName("of a source")
    class PerSource {
        private final InetAddress self = InetAddress.getLoopbackAddress();

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("case 37: the second at a time is turned away; let in once the first has gone")
        void oneAtATime(Product product) throws Exception {
            Scene scene = Scene.over(a.port()).perSource(1);
            try (RunningProxy proxy = product.start(scene, folder)) {
                for (int round = 0; round < 3; round++) {
                    assertThat(visitors.come(proxy.port(), 1)).isEqualTo("A");
                    assertThat(Visitors.isTurnedAway(self, proxy.port())).isTrue();
                    visitors.leave();
                    a.awaitGone();
                    proxy.awaitActive(0);
                    Await.until(
                            "the client is forgotten",
                            () -> !Visitors.isTurnedAway(self, proxy.port()));
                    a.awaitGone();
                    proxy.awaitActive(0);
                }
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("case 37: another source is not concerned")
        void otherSourcesAreLetIn(Product product) throws Exception {
            InetAddress other = OtherSource.take(1);
            Scene scene = Scene.over(a.port()).perSource(2);
            try (RunningProxy proxy = product.start(scene, folder)) {
                assertThat(visitors.come(proxy.port(), 2)).isEqualTo("AA");
                assertThat(Visitors.isTurnedAway(proxy.port())).isTrue();
                assertThat(visitors.comeFrom(other, proxy.port())).isEqualTo("A");
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("case 49: the fourth in a minute is turned away, and another source let in")
        void rateIsLimited(Product product) throws Exception {
            InetAddress other = OtherSource.take(1);
            try (NamedServer server = NamedServer.start("S");
                    RunningProxy proxy =
                            product.start(Scene.over(server.port()).ratePerSource(3), folder)) {
                assertThat(NamedServer.ask(proxy.port(), 3)).isEqualTo("SSS");
                assertThat(Visitors.isTurnedAway(proxy.port())).isTrue();
                assertThat(Visitors.isTurnedAway(proxy.port())).isTrue();
                assertThat(Visitors.isTurnedAway(other, proxy.port())).isFalse();
            }
        }

        @Test
        @DisplayName("cases 37 and 49: who is turned away is reset, tried nobody, and is told so")
        void whoIsTurnedAwayIsTold() throws Exception {
            Closes closes = new Closes();
            try (NamedServer server = NamedServer.start("S");
                    LoadBalancer lb =
                            Unchecked.builder()
                                    .listen("127.0.0.1", 0)
                                    .threads(1)
                                    .backend("127.0.0.1", server.port())
                                    .maxRatePerSource(1, Duration.ofHours(1))
                                    .connectionListener(closes)
                                    .start()) {
                assertThat(NamedServer.ask(lb.port())).isEqualTo("S");
                Await.equal(0, () -> lb.stats().active());
                assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
                ClosedConnection refused = closes.await(2).get(1);
                assertThat(refused.reason()).isEqualTo(CloseReason.SOURCE_LIMIT);
                assertThat(refused.tried()).isEmpty();
                assertThat(refused.backend()).isNull();
            }
        }
    }
}
