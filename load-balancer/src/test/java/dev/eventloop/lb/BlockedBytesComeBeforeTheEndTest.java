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

    @AfterEach
    void end() {
        scene.close();
        assertThat(scene.kernel().openFiles()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client resets while its backend does not read")
    void clientResets(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        int arrived = client.fill('c') - client.unacknowledged();
        client.reset();
        scene.turn();
        assertThat(backend.read()).hasSize(arrived).matches("c*");
        assertThat(backend.end()).isEqualTo(End.RESET);
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.CLIENT_RESET, 1L));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend resets while its client does not read")
    void backendResets(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        int arrived = backend.fill('b') - backend.unacknowledged();
        backend.reset();
        scene.turn();
        assertThat(client.read()).hasSize(arrived).matches("b*");
        assertThat(client.end()).isEqualTo(End.RESET);
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.BACKEND_RESET, 1L));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client resets while neither side reads")
    void clientResetsWhileBothAreBlocked(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        backend.fill('b');
        int arrived = client.fill('c') - client.unacknowledged();
        client.reset();
        scene.turn();
        assertThat(backend.read()).hasSize(arrived).matches("c*");
        assertThat(backend.end()).isEqualTo(End.RESET);
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.CLIENT_RESET, 1L));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend resets while neither side reads")
    void backendResetsWhileBothAreBlocked(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        client.fill('c');
        int arrived = backend.fill('b') - backend.unacknowledged();
        backend.reset();
        scene.turn();
        assertThat(client.read()).hasSize(arrived).matches("b*");
        assertThat(client.end()).isEqualTo(End.RESET);
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.BACKEND_RESET, 1L));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend half-closes while its client does not read, and all else is read")
    void backendHalfCloses(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        int sent = backend.fill('b');
        backend.halfClose();
        scene.turn();
        assertThat(client.read()).hasSize(sent).matches("b*");
        assertThat(client.end()).isEqualTo(End.FIN);
        assertThat(scene.closes()).isEmpty();
    }
}
