package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Unchecked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first byte is that of the backend, and an idle connection lets its thread sleep. */
@Tag("fast")
class ConnectionsKeepTheirTimesTest {
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration THOUGHT = Duration.ofSeconds(5);
    private static final Duration MOMENT = Duration.ofMillis(100);

    private final SteppedScene scene = new SteppedScene();
    private final List<ClosedConnection> closed = new ArrayList<>();
    private SteppedPeer client;
    private SteppedPeer backend;

    @AfterEach
    void end() {
        scene.close();
    }

    private void connect() throws Exception {
        scene.openTcp(
                Unchecked.builder()
                        .idleTimeout(IDLE)
                        .connectionListener(
                                new ConnectionListener() {
                                    @Override
                                    public void closed(ClosedConnection connection) {
                                        closed.add(connection);
                                    }
                                }),
                scene.kernel());
        client = scene.client();
        scene.turn();
        backend = scene.backend();
    }

    private ClosedConnection close() throws Exception {
        scene.kill();
        assertThat(closed).hasSize(1);
        return closed.get(0);
    }

    @Test
    @DisplayName("the time to the first byte ends with the answer, not with the question")
    void firstByte() throws Exception {
        connect();
        client.send("question");
        scene.turnFor(THOUGHT);
        backend.send("a");
        scene.turnFor(THOUGHT);
        backend.send("nswer");
        scene.turn();
        assertThat(close().firstByteTime()).isBetween(THOUGHT, THOUGHT.plus(MOMENT));
    }

    @Test
    @DisplayName("without an answer there is no first byte")
    void noFirstByte() throws Exception {
        connect();
        client.send("question");
        scene.turnFor(THOUGHT);
        ClosedConnection connection = close();
        assertThat(connection.bytesUp()).isEqualTo("question".length());
        assertThat(connection.firstByteTime()).isNull();
    }

    @Test
    @DisplayName("the loop of an idle connection waits for its limit, and for nothing else")
    void nothingIsDueBeforeTheLimit() throws Exception {
        connect();
        scene.turn();
        assertThat(Duration.ofNanos(scene.lb().nanosToWait())).isBetween(IDLE.minus(MOMENT), IDLE);
    }
}
