package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The whole process stands still for longer than the time limits: it was stopped, or its machine
 * was suspended. What arrived meanwhile counts; nobody who sent something was idle.
 */
@Tag("fast")
class PauseIsNotSilenceTest {
    /** More than one batch of events holds. */
    private static final int CLIENTS = 600;

    private static final Duration PAUSE = Duration.ofHours(2);

    private final SteppedScene scene = new SteppedScene();
    private final List<Integer> clients = new ArrayList<>();
    private final List<Integer> backends = new ArrayList<>();

    @AfterEach
    void end() {
        scene.close();
    }

    private void connect() throws Exception {
        scene.open(Splice.AUTO);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(scene.connect());
            scene.turn();
            backends.add(scene.accept());
        }
    }

    @Test
    @DisplayName("clients whose bytes came during the pause go on, however many they are")
    void thoseThatSentGoOn() throws Exception {
        connect();
        for (int client : clients) {
            scene.send(client, "hello");
        }
        scene.pause(PAUSE);
        scene.turn();
        for (int backend : backends) {
            assertThat(receive(backend)).isEqualTo("hello");
        }
        assertThat(scene.closes()).isEmpty();
    }

    @Test
    @DisplayName("those that sent nothing are idle, and only they are")
    void thoseThatSentNothingAreIdle() throws Exception {
        connect();
        for (int i = 0; i < CLIENTS; i += 2) {
            scene.send(backends.get(i), "hello");
        }
        scene.pause(PAUSE);
        scene.turn();
        for (int i = 0; i < CLIENTS; i += 2) {
            assertThat(receive(clients.get(i))).isEqualTo("hello");
        }
        assertThat(scene.closes()).containsOnlyKeys(CloseReason.IDLE_TIMEOUT);
        assertThat(scene.connectionsInUse()).isEqualTo(CLIENTS / 2);
    }

    @Test
    @DisplayName("clients that closed during the pause have closed, and were not idle")
    void thoseThatClosedHaveClosed() throws Exception {
        connect();
        for (int client : clients) {
            scene.peers().close(client);
        }
        for (int backend : backends) {
            scene.peers().close(backend);
        }
        scene.pause(PAUSE);
        scene.turn();
        assertThat(scene.closes()).doesNotContainKey(CloseReason.IDLE_TIMEOUT);
        assertThat(scene.connectionsInUse()).isZero();
    }

    private String receive(int fd) {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        int count = scene.peers().read(fd, bytes);
        return count <= 0 ? "" : StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }
}
