package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.StayingServer;
import dev.eventloop.fixture.Visitors;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** least-conn and random2 avoid the backend that has more connections. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class LeastConnectionsAvoidTheBusyTest {
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

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("10 short connections to idle servers are 5 and 5")
    void idleServersTakeTurns(Product product) throws Exception {
        try (RunningProxy proxy =
                product.start(over(1).algorithm(Algorithm.LEAST_CONNECTIONS), folder)) {
            StringBuilder hosts = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                hosts.append(visitors.come(proxy.port(), 1));
                leave(proxy);
            }
            assertThat(hosts.toString()).matches("(AB){5}|(BA){5}");
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("while one has 2 open connections, the other gets 10 of 10")
    void busyServerIsLeftAlone(Product product) throws Exception {
        try (RunningProxy proxy =
                product.start(over(1).algorithm(Algorithm.LEAST_CONNECTIONS), folder)) {
            assertThat(visitors.come(proxy.port(), 4).replace("A", "")).isEqualTo("BB");
            for (int i = 0; i < 10; i++) {
                visitors.leave("A");
                a.awaitGone();
                proxy.awaitActive(2);
                assertThat(visitors.come(proxy.port(), 1)).isEqualTo("A");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("30 open connections at weights 1:2 are 10 and 20")
    void openConnectionsAreWeighted(Product product) throws Exception {
        try (RunningProxy proxy =
                product.start(over(2).algorithm(Algorithm.LEAST_CONNECTIONS), folder)) {
            String hosts = visitors.come(proxy.port(), 30);
            assertThat(hosts.replace("B", "")).hasSize(10);
        }
    }

    @Nested
    @DisplayName("random2")
    class RandomTwo {
        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("3 open connections at weights 1:2 are 1 and 2")
        void weightsCount(Product product) throws Exception {
            try (RunningProxy proxy =
                    product.start(over(2).algorithm(Algorithm.RANDOM_TWO), folder)) {
                assertThat(visitors.come(proxy.port(), 3)).containsOnlyOnce("A");
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("while one has 2 open connections, the other gets 10 of 10")
        void busyOneIsAvoided(Product product) throws Exception {
            try (RunningProxy proxy =
                    product.start(over(1).algorithm(Algorithm.RANDOM_TWO), folder)) {
                assertThat(visitors.come(proxy.port(), 4).replace("A", "")).isEqualTo("BB");
                for (int i = 0; i < 10; i++) {
                    visitors.leave("A");
                    a.awaitGone();
                    proxy.awaitActive(2);
                    assertThat(visitors.come(proxy.port(), 1)).isEqualTo("A");
                }
            }
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        @DisplayName("with one dead the other gets 10 of 10")
        void deadOneIsSkipped(Product product) throws Exception {
            try (NamedServer live = NamedServer.start("A");
                    RefusingPort dead = RefusingPort.take();
                    RunningProxy proxy =
                            product.start(
                                    Scene.over(live.port(), dead.port())
                                            .algorithm(Algorithm.RANDOM_TWO),
                                    folder)) {
                assertThat(NamedServer.ask(proxy.port(), 10)).isEqualTo("A".repeat(10));
            }
        }
    }

    private Scene over(int weightOfB) {
        return Scene.over(a.port()).and(Scene.backend(b.port()).weight(weightOfB));
    }

    private void leave(RunningProxy proxy) throws Exception {
        visitors.leave();
        a.awaitGone();
        b.awaitGone();
        proxy.awaitActive(0);
    }
}
