package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.SteppedPeer.End;
import dev.eventloop.testkit.kernel.KernelOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A peer sends more at once than one turn moves, and then nothing. No event comes for the rest: an
 * edge-triggered loop has reported it already.
 */
@Tag("fast")
class LongBurstsArriveTest {
    /** Holds several turns. */
    private static final int BUFFER = 4 * 1024 * 1024;

    private static final String BURST = "x".repeat(BUFFER - 1);

    private final SteppedScene scene =
            new SteppedScene(KernelOptions.defaults().seed(1).socketBuffer(BUFFER));

    @AfterEach
    void end() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("from the client, from its first turn on")
    void fromTheClient(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client().send(BURST);
        scene.turn();
        SteppedPeer backend = scene.backend();
        assertThat(backend.read()).isEqualTo(BURST);
        client.send(BURST);
        assertThat(backend.read()).isEqualTo(BURST);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("from the backend, and its FIN")
    void fromTheBackend(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend().send(BURST);
        assertThat(client.read()).isEqualTo(BURST);
        backend.send(BURST).halfClose();
        assertThat(client.read()).isEqualTo(BURST);
        assertThat(client.end()).isEqualTo(End.FIN);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("after a turn in which the sink was full")
    void afterTheSinkWasFull(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        int sent = backend.fill('x');
        backend.halfClose();
        assertThat(client.read()).hasSize(sent);
        assertThat(client.end()).isEqualTo(End.FIN);
    }
}
