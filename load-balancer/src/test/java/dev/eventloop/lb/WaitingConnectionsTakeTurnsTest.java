package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Survivors of a reset that have not acknowledged everything are looked at every 5 ms, each once:
 * those who are ready do not wait for the others.
 */
@Tag("fast")
class WaitingConnectionsTakeTurnsTest {
    private static final String MUCH = "x".repeat(60_000);
    private static final int WINDOW = 1_000;

    private final SteppedScene scene = new SteppedScene();
    private final List<String> calls = new ArrayList<>();

    @AfterEach
    void end() {
        scene.close();
    }

    /** Survivors that have not read; their clients have reset. */
    private List<SteppedPeer> survivors(int count) throws Exception {
        scene.open(Splice.OFF, scene.recorded(calls));
        List<SteppedPeer> survivors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SteppedPeer client = scene.client();
            scene.turn();
            survivors.add(scene.backend());
            scene.peers().receiveBufferSize(survivors.get(i).fd, WINDOW);
            client.send(MUCH);
            scene.turn();
            client.reset();
            scene.turn();
        }
        assertThat(scene.connectionsInUse()).isEqualTo(count);
        return survivors;
    }

    private long looks(int millis) throws Exception {
        calls.clear();
        for (int i = 0; i < millis; i++) {
            scene.pause(Duration.ofMillis(1));
            scene.lb().turn();
        }
        return calls.stream().filter("unacknowledged"::equals).count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @DisplayName("each is looked at once in 5 ms")
    void onceATurn(int count) throws Exception {
        survivors(count);
        assertThat(looks(500)).isBetween(80L * count, 101L * count);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @DisplayName("one that has read all goes, whatever its place among those that do not read")
    void readyOnesGo(int ready) throws Exception {
        SteppedPeer reader = survivors(3).get(ready);
        assertThat(reader.read()).hasSize(MUCH.length());
        assertThat(reader.end()).isEqualTo(SteppedPeer.End.RESET);
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.CLIENT_RESET, 1L));
        assertThat(scene.connectionsInUse()).isEqualTo(2);
        assertThat(looks(500)).isBetween(160L, 202L);
    }
}
