package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.fixture.SilentPort;
import dev.eventloop.lb.fixture.Unchecked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Another backend serves the clients of a dead one; they get a reset only if none is left. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class DeadBackendIsNotNoticedTest {
    @Test
    @DisplayName("two live backends get 15 of 30 connections each, wherever the dead one is")
    void liveBackendsShareWhatTheDeadOneRefused() throws Exception {
        for (int place = 0; place < 3; place++) {
            try (NamedServer a = NamedServer.start("A");
                    NamedServer b = NamedServer.start("B");
                    RefusingPort dead = RefusingPort.take()) {
                int[][] orders = {
                    {dead.port(), a.port(), b.port()},
                    {a.port(), dead.port(), b.port()},
                    {a.port(), b.port(), dead.port()}
                };
                try (LoadBalancer lb = over(orders[place]).threads(2).start()) {
                    assertThat(NamedServer.ask(lb.port(), 30)).hasSize(30);
                    assertThat(List.of(a.served(), b.served())).containsExactly(15, 15);
                    assertThat(lb.stats().backends().get(place).connectFailures()).isPositive();
                    assertThat(lb.stats().backends().get(place).connections()).isZero();
                }
            }
        }
    }

    @Test
    @DisplayName("bytes that the client sent before the retry are not lost")
    void bytesSentBeforeTheRetryArrive() throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                SilentPort silent = SilentPort.take();
                ScriptedServer live =
                        ScriptedServer.start(client -> client.send(client.readToEnd()));
                LoadBalancer lb =
                        over(dead.port(), silent.port(), live.port())
                                .connectTimeout(Duration.ofMillis(200))
                                .start();
                Peer client = Peer.connect(lb.port())) {
            assertThat(client.send("early").finish().readTextToEnd()).isEqualTo("early");
        }
    }

    @Test
    @DisplayName("without retries the client of a dead backend gets a reset, and no data")
    void withoutRetriesTheClientIsReset() throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                NamedServer live = NamedServer.start("A");
                LoadBalancer lb = over(dead.port(), live.port()).retries(0).start()) {
            assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            assertThat(live.served()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("with one retry and two dead backends the third is not tried")
    void retriesAreLimited() throws Exception {
        try (RefusingPort one = RefusingPort.take();
                RefusingPort two = RefusingPort.take();
                NamedServer third = NamedServer.start("C");
                LoadBalancer lb = over(one.port(), two.port(), third.port()).retries(1).start()) {
            assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
            Await.equal(Map.of(CloseReason.CONNECT_REFUSED, 1L), () -> lb.stats().closes());
            assertThat(third.served()).isZero();
            assertThat(lb.stats().backends())
                    .extracting(LoadBalancerStats.Backend::connectFailures)
                    .containsExactly(1L, 1L, 0L);
        }
    }

    @Test
    @DisplayName("with every backend dead each client gets a reset, and no backend is tried twice")
    void nobodyAliveIsReset() throws Exception {
        try (RefusingPort one = RefusingPort.take();
                RefusingPort two = RefusingPort.take();
                LoadBalancer lb =
                        over(one.port(), two.port())
                                .retries(9)
                                .healthFall(100) // keeps all up, or a thread might try only one
                                .threads(2)
                                .start()) {
            List<byte[]> answers = Crowd.run(20, i -> Peer.connectAndReadUntilReset(lb.port()));
            assertThat(answers).allSatisfy(answer -> assertThat(answer).isEmpty());
            Await.equal(Map.of(CloseReason.CONNECT_REFUSED, 20L), () -> lb.stats().closes());
            assertThat(lb.stats().backends())
                    .extracting(LoadBalancerStats.Backend::connectFailures)
                    .containsExactly(20L, 20L);
        }
    }

    @Test
    @DisplayName("a client that has half-closed is reset too")
    void halfClosedClientOfNobodyIsReset() throws Exception {
        try (RefusingPort dead = RefusingPort.take();
                SilentPort silent = SilentPort.take();
                LoadBalancer lb =
                        over(silent.port(), dead.port())
                                .connectTimeout(Duration.ofMillis(200))
                                .start();
                Peer client = Peer.connect(lb.port())) {
            client.send("question").finish();
            assertThat(client.readUntilReset()).isEmpty();
            Await.equal(Map.of(CloseReason.CONNECT_REFUSED, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("a connect that times out is retried on the next backend")
    void silentBackendFallsToTheNext() throws Exception {
        try (SilentPort silent = SilentPort.take();
                NamedServer live = NamedServer.start("A");
                LoadBalancer lb =
                        over(silent.port(), live.port())
                                .connectTimeout(Duration.ofMillis(200))
                                .start()) {
            assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("AAAA");
            assertThat(lb.stats().backends().get(0).connectFailures()).isPositive();
        }
    }

    @Test
    @DisplayName("with no backend left the client is reset: connect-timeout")
    void silentBackendAloneIsATimeout() throws Exception {
        try (SilentPort silent = SilentPort.take();
                RefusingPort dead = RefusingPort.take();
                LoadBalancer lb =
                        over(dead.port(), silent.port())
                                .connectTimeout(Duration.ofMillis(200))
                                .start()) {
            assertThat(Peer.connectAndReadUntilReset(lb.port())).isEmpty();
            Await.equal(Map.of(CloseReason.CONNECT_TIMEOUT, 1L), () -> lb.stats().closes());
        }
    }

    @Test
    @DisplayName("a backend that recovers gets its share again")
    void recoveredBackendGetsItsShare() throws Exception {
        RefusingPort dead = RefusingPort.take();
        int port = dead.port();
        try (NamedServer live = NamedServer.start("A");
                LoadBalancer lb =
                        over(live.port(), port).healthRise(1).slowStart(Duration.ZERO).start()) {
            assertThat(NamedServer.ask(lb.port(), 4)).isEqualTo("AAAA");
            assertThat(lb.stats().backends().get(1).healthy()).isFalse();
            dead.close();
            try (NamedServer back = NamedServer.startAt(port, "B")) {
                assertThat(back.port()).isEqualTo(port);
                Await.until("a check passes", () -> lb.stats().backends().get(1).healthy());
                // The table with it is built on another thread, a moment later.
                Await.until("it is picked", () -> NamedServer.ask(lb.port(), 1).equals("B"));
                assertThat(NamedServer.ask(lb.port(), 6)).hasSize(6).matches("(AB){3}|(BA){3}");
            }
        }
    }

    private static LoadBalancerBuilder over(int... ports) {
        LoadBalancerBuilder builder = Unchecked.builder().listen("127.0.0.1", 0).threads(1);
        for (int port : ports) {
            builder.backend("127.0.0.1", port);
        }
        return builder;
    }
}
