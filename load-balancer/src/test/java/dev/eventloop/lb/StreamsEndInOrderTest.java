package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Unchecked;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ends, resets and limits, step by step in virtual time: what each side reads, why the connection
 * ended, and that it did not end earlier. Each case is played twice, by one connection object.
 */
@Tag("fast")
class StreamsEndInOrderTest {
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration HALF_CLOSED = Duration.ofSeconds(10);
    private static final Duration AGE = Duration.ofMinutes(10);
    private static final Duration MOMENT = Duration.ofMillis(200);

    /** More than the window of a backend that does not read, but not than a send buffer. */
    private static final int MUCH = 60_000;

    private static final int WINDOW = 1_000;

    /** What is done in a case: the client and the backend are connected, and nothing was sent. */
    private interface Case {
        void play(SteppedScene scene, int client, int backend) throws Exception;
    }

    private static void twice(Splice splice, CloseReason reason, Case played) throws Exception {
        try (SteppedScene scene = new SteppedScene()) {
            scene.open(
                    splice,
                    Unchecked.builder()
                            .idleTimeout(IDLE)
                            .halfCloseTimeout(HALF_CLOSED)
                            .maxConnectionAge(AGE)
                            .maxConnectionAgeJitter(0));
            for (long round = 1; round <= 2; round++) {
                int client = scene.connect();
                scene.turn();
                int backend = scene.accept();
                played.play(scene, client, backend);
                scene.run(MOMENT);
                assertThat(scene.connectionsInUse()).isZero();
                assertThat(ended(scene)).isEqualTo(Map.of(reason, round));
                scene.peers().close(client);
                scene.peers().close(backend);
            }
        }
    }

    private static Map<CloseReason, Long> ended(SteppedScene scene) {
        Map<CloseReason, Long> ended = new HashMap<>(scene.closes());
        ended.values().removeIf(count -> count == 0);
        return ended;
    }

    private static void assertOpen(SteppedScene scene) {
        assertThat(scene.connectionsInUse()).as("connections").isOne();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client ends first: its end travels, and the answer is still passed on")
    void clientEndsFirst(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.CLIENT_CLOSED,
                (scene, client, backend) -> {
                    scene.send(client, "question");
                    scene.peers().shutdownWrite(client);
                    scene.turn();
                    assertThat(scene.read(backend, 100)).isEqualTo("questionEOF");
                    scene.run(HALF_CLOSED.minus(MOMENT));
                    scene.send(backend, "answer");
                    scene.turn();
                    scene.run(HALF_CLOSED.minus(MOMENT)); // which the answer has begun anew
                    assertThat(scene.read(client, 100)).isEqualTo("answer");
                    assertOpen(scene);
                    scene.peers().shutdownWrite(backend);
                    scene.turn();
                    assertThat(scene.read(client, 100)).isEqualTo("EOF");
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend ends first: the client may still send")
    void backendEndsFirst(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.BACKEND_CLOSED,
                (scene, client, backend) -> {
                    scene.send(backend, "greeting");
                    scene.peers().shutdownWrite(backend);
                    scene.turn();
                    assertThat(scene.read(client, 100)).isEqualTo("greetingEOF");
                    scene.send(client, "thanks");
                    scene.turn();
                    assertThat(scene.read(backend, 100)).isEqualTo("thanks");
                    assertOpen(scene);
                    scene.peers().shutdownWrite(client);
                    scene.turn();
                    assertThat(scene.read(backend, 100)).isEqualTo("EOF");
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client resets: the backend reads what came before, and then the reset")
    void clientResets(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.CLIENT_RESET,
                (scene, client, backend) -> {
                    scene.send(client, "last words");
                    scene.turn();
                    scene.peers().reset(client);
                    scene.run(MOMENT);
                    assertThat(scene.read(backend, 100)).isEqualTo("last wordsRESET");
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the backend resets: the client reads what came before, and then the reset")
    void backendResets(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.BACKEND_RESET,
                (scene, client, backend) -> {
                    scene.send(backend, "last words");
                    scene.turn();
                    scene.peers().reset(backend);
                    scene.run(MOMENT);
                    assertThat(scene.read(client, 100)).isEqualTo("last wordsRESET");
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client resets, and the backend reads slowly: all bytes, and then the reset")
    void slowBackend(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.CLIENT_RESET,
                (scene, client, backend) -> {
                    scene.peers().receiveBufferSize(backend, WINDOW);
                    scene.send(client, "x".repeat(MUCH));
                    scene.turn();
                    scene.peers().reset(client);
                    int read = 0;
                    while (read < MUCH) { // slower than the half-close limit allows in all
                        scene.run(Duration.ofSeconds(1));
                        assertOpen(scene);
                        String part = scene.read(backend, 5_000);
                        assertThat(part).matches("x+(RESET)?");
                        read += part.replace("RESET", "").length();
                    }
                    assertThat(read).isEqualTo(MUCH);
                    scene.run(MOMENT);
                    assertThat(scene.read(backend, 100)).isIn("RESET", "");
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client resets, and the backend does not read: reset after the limit")
    void silentBackend(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.CLIENT_RESET,
                (scene, client, backend) -> {
                    scene.peers().receiveBufferSize(backend, WINDOW);
                    scene.send(client, "x".repeat(MUCH));
                    scene.turn();
                    scene.run(HALF_CLOSED);
                    scene.peers().reset(client);
                    scene.run(HALF_CLOSED.minus(MOMENT));
                    assertOpen(scene);
                    scene.run(MOMENT.multipliedBy(2));
                    assertThat(scene.read(backend, MUCH)).endsWith("RESET");
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the client resets, the backend does not read, and resets, too: both are over")
    void bothReset(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.CLIENT_RESET,
                (scene, client, backend) -> {
                    scene.peers().receiveBufferSize(backend, WINDOW);
                    scene.send(client, "x".repeat(MUCH));
                    scene.turn();
                    scene.peers().reset(client);
                    scene.run(MOMENT);
                    assertOpen(scene);
                    scene.peers().reset(backend);
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a sink that blocks holds its source up, and nothing is lost in either direction")
    void blockedAndFreed(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.CLIENT_CLOSED,
                (scene, client, backend) -> {
                    String part = "0123456789".repeat(1_000);
                    String text = part.repeat(30); // more than a send buffer takes
                    for (int sent = 0; sent < text.length(); sent += part.length()) {
                        scene.send(client, part);
                        scene.send(backend, part);
                        scene.turn();
                    }
                    scene.peers().shutdownWrite(client);
                    scene.turn();
                    assertOpen(scene);
                    StringBuilder up = new StringBuilder();
                    StringBuilder down = new StringBuilder();
                    for (int i = 0; i < 100 && up.length() <= text.length(); i++) {
                        up.append(scene.read(backend, 10_000));
                        down.append(scene.read(client, 10_000));
                        scene.turn();
                    }
                    assertThat(up.toString()).isEqualTo(text + "EOF");
                    assertThat(down.toString()).isEqualTo(text);
                    scene.peers().shutdownWrite(backend);
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("idle for the limit, since the last byte in either direction")
    void idle(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.IDLE_TIMEOUT,
                (scene, client, backend) -> {
                    scene.run(IDLE.minus(MOMENT));
                    scene.send(client, "x");
                    scene.turn();
                    scene.run(IDLE.minus(MOMENT));
                    scene.send(backend, "y");
                    scene.turn();
                    scene.run(IDLE.minus(MOMENT));
                    assertOpen(scene);
                    scene.run(MOMENT.multipliedBy(2));
                    assertThat(scene.read(client, 100)).isEqualTo("yEOF");
                    assertThat(scene.read(backend, 100)).isEqualTo("xEOF");
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("half-closed, and then silent for the limit")
    void halfClosed(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.HALF_CLOSE_TIMEOUT,
                (scene, client, backend) -> {
                    scene.run(HALF_CLOSED);
                    scene.peers().shutdownWrite(client);
                    scene.turn();
                    scene.run(HALF_CLOSED.minus(MOMENT));
                    assertOpen(scene);
                    scene.run(MOMENT.multipliedBy(2));
                    assertThat(scene.read(client, 100)).isEqualTo("EOF");
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("as old as the limit, however busy")
    void old(Splice splice) throws Exception {
        twice(
                splice,
                CloseReason.MAX_AGE,
                (scene, client, backend) -> {
                    for (Duration age = Duration.ZERO;
                            age.compareTo(AGE.minus(IDLE.dividedBy(2))) < 0;
                            age = age.plus(IDLE.dividedBy(2))) {
                        scene.send(client, "x");
                        scene.run(IDLE.dividedBy(2));
                        assertOpen(scene);
                        assertThat(scene.read(backend, 10)).isEqualTo("x");
                    }
                    scene.run(IDLE.dividedBy(2));
                });
    }
}
