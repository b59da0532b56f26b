package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.SteppedPeer.End;
import dev.eventloop.lb.fixture.Unchecked;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client resets while the load balancer holds more of its bytes than the backend's socket takes.
 * The backend gets them all, and then the reset, unless it is silent for the half-close limit.
 */
@Tag("fast")
class SurvivorsOfAResetGetAllTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration MOMENT = Duration.ofMillis(200);

    /** Two thirds of a socket's buffer, three of which are more than two sockets take. */
    private static final String PART = "x".repeat(150_000);

    private static final Map<CloseReason, Long> RESET = Map.of(CloseReason.CLIENT_RESET, 1L);

    private final SteppedScene scene = new SteppedScene();
    private SteppedPeer client;
    private SteppedPeer backend;

    @AfterEach
    void end() {
        scene.close();
        assertThat(scene.kernel().openFiles()).isZero();
    }

    private void connect(Splice splice) throws Exception {
        scene.open(
                splice,
                Unchecked.builder().idleTimeout(LIMIT.multipliedBy(6)).halfCloseTimeout(LIMIT));
        client = scene.client();
        scene.turn();
        backend = scene.backend();
    }

    private void assertOpen() {
        assertThat(scene.closes()).isEmpty();
        assertThat(scene.connectionsInUse()).isOne();
    }

    private void sendParts(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            client.send(PART);
            scene.turn();
        }
    }

    /** With both directions blocked: a source that is not waited for is not watched either. */
    private void resetWhileBlocked(Splice splice) throws Exception {
        connect(splice);
        sendParts(3);
        backend.fill('b');
        client.reset();
        scene.turn();
        assertOpen();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("one that does not read is reset after the half-close limit")
    void silent(Splice splice) throws Exception {
        resetWhileBlocked(splice);
        scene.run(LIMIT.minus(MOMENT));
        assertOpen();
        scene.run(MOMENT.multipliedBy(2));
        assertThat(scene.closes()).isEqualTo(RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the limit begins anew when it has read a little")
    void slow(Splice splice) throws Exception {
        connect(splice);
        client.fill('c');
        backend.fill('b');
        client.reset();
        scene.turn();
        scene.run(LIMIT.minus(MOMENT));
        assertOpen();
        assertThat(scene.read(backend.fd, 100_000)).hasSize(100_000);
        scene.turn();
        scene.run(LIMIT.minus(MOMENT));
        assertOpen();
        scene.run(MOMENT.multipliedBy(2));
        assertThat(scene.closes()).isEqualTo(RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("one that resets, too, ends the connection at once, and once")
    void resetsToo(Splice splice) throws Exception {
        resetWhileBlocked(splice);
        backend.reset();
        for (int i = 0; i < 3; i++) {
            scene.pause(Duration.ofMillis(1));
            scene.lb().turn();
        }
        assertThat(scene.connectionsInUse()).isZero();
        assertThat(scene.closes()).isEqualTo(RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("what it sends is not waited for, and it still gets all")
    void sendsAndEnds(Splice splice) throws Exception {
        resetWhileBlocked(splice);
        backend.halfClose();
        scene.turn();
        assertOpen();
        assertThat(backend.read()).hasSize(3 * PART.length());
        assertThat(backend.end()).isEqualTo(End.RESET);
        assertThat(scene.closes()).isEqualTo(RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("what it sends from then on is not read")
    void sendsInVain(Splice splice) throws Exception {
        connect(splice);
        sendParts(3);
        client.reset();
        scene.turn();
        int taken = 0;
        for (int i = 0; i < 10; i++) {
            taken += Math.max(0, scene.peers().write(backend.fd, bytes(PART)));
            scene.turn();
        }
        assertThat(taken).isLessThan(4 * PART.length()); // what two sockets hold
        assertOpen();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("bytes that only block after the reset was noticed, by a write to the client")
    void blocksAfterTheReset(Splice splice) throws Exception {
        connect(splice);
        sendParts(2);
        backend.fill('b');
        client.send(PART).reset();
        scene.turn();
        assertThat(backend.read()).hasSize(3 * PART.length());
        assertThat(backend.end()).isEqualTo(End.RESET);
        assertThat(scene.closes()).isEqualTo(RESET);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("between the looks whether it has all, nothing is done")
    void waitsQuietly(Splice splice) throws Exception {
        resetWhileBlocked(splice);
        assertThat(scene.lb().turn()).isZero(); // blocked
        assertThat(scene.read(backend.fd, 100_000)).hasSize(100_000);
        scene.turn();
        assertOpen();
        for (int i = 0; i < 3; i++) { // at the same moment
            assertThat(scene.lb().turn()).isZero(); // ended, and not acknowledged
        }
    }
}
