package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.SteppedPeer.End;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A peer ends while the load balancer keeps bytes of it that the other side does not take yet. That
 * side gets these bytes first, then the FIN or the RST.
 */
@Tag("fast")
class BlockedBytesComeBeforeTheEndTest {
    private final SteppedScene scene = new SteppedScene();
    private SteppedPeer client;
    private SteppedPeer backend;

    @AfterEach
    void end() {
        scene.close();
        assertThat(scene.kernel().openFiles()).isZero();
    }

    private void connect(Splice splice) throws Exception {
        scene.open(splice);
        client = scene.client();
        scene.turn();
        backend = scene.backend();
    }

    private void assertResetComesLast(
            SteppedPeer sender, SteppedPeer receiver, char sent, CloseReason reason)
            throws Exception {
        int arrived = sender.fill(sent) - sender.unacknowledged();
        sender.reset();
        scene.turn();
        assertThat(receiver.read()).hasSize(arrived).matches(sent + "*");
        assertThat(receiver.end()).isEqualTo(End.RESET);
        assertThat(scene.closes()).isEqualTo(Map.of(reason, 1L));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client resets while its backend does not read")
    void clientResets(Splice splice) throws Exception {
        connect(splice);
        assertResetComesLast(client, backend, 'c', CloseReason.CLIENT_RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend resets while its client does not read")
    void backendResets(Splice splice) throws Exception {
        connect(splice);
        assertResetComesLast(backend, client, 'b', CloseReason.BACKEND_RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client resets while neither side reads")
    void clientResetsWhileBothAreBlocked(Splice splice) throws Exception {
        connect(splice);
        backend.fill('b');
        assertResetComesLast(client, backend, 'c', CloseReason.CLIENT_RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend resets while neither side reads")
    void backendResetsWhileBothAreBlocked(Splice splice) throws Exception {
        connect(splice);
        client.fill('c');
        assertResetComesLast(backend, client, 'b', CloseReason.BACKEND_RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend half-closes while its client does not read, and all else is read")
    void backendHalfCloses(Splice splice) throws Exception {
        connect(splice);
        int sent = backend.fill('b');
        backend.halfClose();
        scene.turn();
        assertThat(client.read()).hasSize(sent).matches("b*");
        assertThat(client.end()).isEqualTo(End.FIN);
        assertThat(scene.closes()).isEmpty();
    }
}
