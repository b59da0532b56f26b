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

/** Exactly as many connections as the limit are let in, and one more when one ends. */
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
    @DisplayName("maxConnections of a backend")
    class PerBackend {
        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("limit 3: three clients are served, the fourth is not")
        void fourthIsNotServed(Product product) throws Exception {
            Scene scene = Scene.over().and(Scene.backend(a.port()).maxConnections(3));
            try (RunningProxy proxy = product.start(scene, folder)) {
                assertThat(visitors.come(proxy.port(), 3)).isEqualTo("AAA");
                if (product == Product.HAPROXY) { // queues it, and serves it when one ends
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
        @DisplayName("a connection that ends frees its slot")
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
        @DisplayName("limit 2 and a backup: of 6 connections the backup gets 4")
        void backupGetsTheOthers(Product product) throws Exception {
            product.skipUnless(
                    product != Product.HAPROXY,
                    "it queues clients while a server is up, and uses no backup");
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
        @DisplayName("weights 2:1 with limit 1 for the first: of 4 connections they get 1 and 3")
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
        @DisplayName("a client that finds all backends full is reset: no-backend")
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
    @DisplayName("limits per source")
    class PerSource {
        private final InetAddress self = InetAddress.getLoopbackAddress();

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName(
                "limit 1: the second connection is refused, and let in once the first has ended")
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
                            "the source is below its limit",
                            () -> !Visitors.isTurnedAway(self, proxy.port()));
                    a.awaitGone();
                    proxy.awaitActive(0);
                }
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("another source has its own limit")
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
        @DisplayName("rate 3 a minute: the fourth is refused, and another source let in")
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
        @DisplayName("a refused client is reset before any backend is tried: source-limit")
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
