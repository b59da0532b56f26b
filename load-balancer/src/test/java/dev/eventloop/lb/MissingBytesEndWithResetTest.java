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
 * The load balancer closes a connection that could go on. A side that misses bytes of the other one
 * gets a RST: it would take a FIN for the end of the stream. A side that has them all gets a FIN.
 */
@Tag("fast")
class MissingBytesEndWithResetTest {
    private SteppedScene scene = new SteppedScene();

    @AfterEach
    void end() {
        scene.close();
        assertThat(scene.kernel().openFiles()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend misses bytes of its client")
    void backendMissesBytes(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        int sent = client.fill('c');
        scene.kill();
        assertThat(backend.read()).hasSizeLessThan(sent).matches("c*");
        assertThat(backend.end()).isEqualTo(End.RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client misses bytes of its backend")
    void clientMissesBytes(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        int sent = backend.fill('b');
        scene.kill();
        assertThat(client.read()).hasSizeLessThan(sent).matches("b*");
        assertThat(client.end()).isEqualTo(End.RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("bytes that are not read yet are missed, too")
    void unreadBytes(Splice splice) throws Exception {
        String burst = "x".repeat(4 * 1024 * 1024); // more than a turn moves
        scene = new SteppedScene(KernelOptions.defaults().socketBuffer(2 * burst.length()));
        scene.open(splice);
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        client.send(burst);
        scene.kill();
        assertThat(backend.read()).hasSizeBetween(1, burst.length() - 1);
        assertThat(backend.end()).isEqualTo(End.RESET);

        SteppedPeer second = scene.client();
        scene.turn();
        scene.backend().send(burst);
        scene.kill();
        assertThat(second.read()).hasSizeBetween(1, burst.length() - 1);
        assertThat(second.end()).isEqualTo(End.RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("neither side misses bytes")
    void nobodyMissesBytes(Splice splice) throws Exception {
        scene.open(splice);
        SteppedPeer client = scene.client().send("question");
        scene.turn();
        SteppedPeer backend = scene.backend().send("answer");
        scene.turn();
        scene.kill();
        assertThat(client.read()).isEqualTo("answer");
        assertThat(client.end()).isEqualTo(End.FIN);
        assertThat(backend.read()).isEqualTo("question");
        assertThat(backend.end()).isEqualTo(End.FIN);
    }
}
