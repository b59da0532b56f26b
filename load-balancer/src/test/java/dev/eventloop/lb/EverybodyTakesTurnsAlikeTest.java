package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Round robin gives the same order and shares as HAProxy and nginx. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class EverybodyTakesTurnsAlikeTest {
    private final NamedServer[] servers = new NamedServer[4];

    @TempDir private Path folder;

    @BeforeEach
    void startServers() throws Exception {
        for (int i = 0; i < servers.length; i++) {
            servers[i] = NamedServer.start("ABCD".substring(i, i + 1));
        }
    }

    @AfterEach
    void stopServers() throws Exception {
        for (NamedServer server : servers) {
            server.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("two of equal weight get 15 of 30 each; a third that is taken out gets none")
    void equalWeights(Product product) throws Exception {
        Scene scene =
                Scene.over(servers[0].port(), servers[1].port(), servers[2].port())
                        .down(servers[2].port());
        try (RunningProxy proxy = product.start(scene, folder)) {
            assertThat(NamedServer.ask(proxy.port(), 30)).isEqualTo("AB".repeat(15));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("weights 1 and 2 give 10 and 20 of 30")
    void weights(Product product) throws Exception {
        Scene scene = Scene.over(servers[0].port()).and(Scene.backend(servers[1].port()).weight(2));
        try (RunningProxy proxy = product.start(scene, folder)) {
            assertThat(NamedServer.ask(proxy.port(), 30).replace("B", "")).hasSize(10);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("four backends take turns: s1 s2 s3 s4 s1")
    void inTurn(Product product) throws Exception {
        int[] ports = {servers[0].port(), servers[1].port(), servers[2].port(), servers[3].port()};
        Scene scene = Scene.over(ports).algorithm(Algorithm.ROUND_ROBIN);
        try (RunningProxy proxy = product.start(scene, folder)) {
            assertThat(NamedServer.ask(proxy.port(), 13)).isEqualTo("ABCDABCDABCDA");
        }
    }
}
