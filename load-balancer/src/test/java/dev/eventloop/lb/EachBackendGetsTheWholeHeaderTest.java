package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connections of a load balancer are used for one client after the other. */
@Tag("fast")
class EachBackendGetsTheWholeHeaderTest {
    private static final int CLIENTS = 3;

    private final SteppedScene scene = new SteppedScene();

    @AfterEach
    void end() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("each client is introduced by one whole PROXY header, before its bytes")
    void oneForEachClient(ProxyProtocol version) throws Exception {
        scene.openTcp(Unchecked.builder().sendProxyProtocol(version), scene.kernel());
        int length = 0;
        for (int i = 0; i < CLIENTS; i++) {
            SteppedPeer client = scene.client().send("question");
            scene.turn();
            SteppedPeer backend = scene.backend();
            String received = backend.read();
            assertThat(received).contains(version == ProxyProtocol.V1 ? "PROXY TCP4 " : "\nQUIT\n");
            assertThat(received).endsWith("question").hasSizeGreaterThan("question".length() + 12);
            length = i == 0 ? received.length() : length;
            assertThat(received).hasSize(length);
            client.close();
            backend.close();
            scene.turn();
            assertThat(scene.connectionsInUse()).isZero();
        }
    }
}
