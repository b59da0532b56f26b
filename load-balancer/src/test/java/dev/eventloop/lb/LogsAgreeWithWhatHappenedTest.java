package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.product.LogLine;
import dev.eventloop.lb.product.Product;
import dev.eventloop.lb.product.RunningProxy;
import dev.eventloop.lb.product.Scene;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The access log agrees with what client and backend saw of a connection. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class LogsAgreeWithWhatHappenedTest {
    @TempDir private Path folder;

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("8 bytes up, 3 bytes down, and a plausible duration")
    void bytesAreLogged(Product product) throws Exception {
        long start = System.currentTimeMillis();
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    assertThat(client.readText(8)).isEqualTo("question");
                                    client.send("yes");
                                });
                RunningProxy proxy = product.start(Scene.over(server.port()), folder)) {
            String client;
            try (Peer peer = Peer.connect(proxy.port())) {
                client = "127.0.0.1:" + peer.localPort();
                assertThat(peer.send("question").readTextToEnd()).isEqualTo("yes");
            }
            List<LogLine> log = proxy.log(1);
            assertThat(log).hasSize(1);
            assertThat(log.get(0).up()).isEqualTo(8);
            assertThat(log.get(0).down()).isEqualTo(3);
            assertThat(log.get(0).client()).isEqualTo(client);
            assertThat(log.get(0).millis()).isBetween(0L, System.currentTimeMillis() - start);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("each line has its own client's address, though the connection has ended")
    void addressesAreRight(Product product) throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                RunningProxy proxy = product.start(Scene.over(a.port(), b.port()), folder)) {
            List<String> expected =
                    Crowd.run(
                            20,
                            i -> {
                                try (Peer peer = Peer.connect(proxy.port())) {
                                    int port = peer.localPort();
                                    boolean isA = peer.readTextToEnd().equals("A");
                                    return "127.0.0.1:%d with 127.0.0.1:%d"
                                            .formatted(port, isA ? a.port() : b.port());
                                }
                            });
            List<String> logged =
                    proxy.log(20).stream()
                            .map(line -> line.client() + " with " + line.tried().get(0))
                            .toList();
            assertThat(logged).containsExactlyInAnyOrderElementsOf(expected);
        }
    }
}
