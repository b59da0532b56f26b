package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Unchecked;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the first FIN on the half-close timeout counts, unless the idle timeout is shorter. */
@Tag("fast")
class HalfCloseHasItsOwnLimitTest {
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Timers are rounded up. */
    private static final Duration MORE = Duration.ofMillis(100);

    private final SteppedScene scene = new SteppedScene();

    @AfterEach
    void end() {
        scene.close();
    }

    private void connect(boolean byBackend, Duration idle, Duration halfClose) throws Exception {
        scene.openTcp(
                Unchecked.builder().idleTimeout(idle).halfCloseTimeout(halfClose), scene.kernel());
        SteppedPeer client = scene.client();
        scene.turn();
        SteppedPeer backend = scene.backend();
        (byBackend ? backend : client).halfClose();
        scene.turn();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("it ends a half-closed connection, long before that is idle")
    void endsByHalfClose(boolean byBackend) throws Exception {
        connect(byBackend, LONG, SHORT);
        scene.turnFor(SHORT.minus(MORE));
        assertThat(scene.closes()).isEmpty();
        scene.turnFor(MORE.multipliedBy(2));
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.HALF_CLOSE_TIMEOUT, 1L));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a shorter idle timeout ends it first")
    void endsByIdleness(boolean byBackend) throws Exception {
        connect(byBackend, SHORT, LONG);
        scene.turnFor(SHORT.plus(MORE));
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.IDLE_TIMEOUT, 1L));
    }

    @Test
    @DisplayName("it does not count before a FIN")
    void onlyAfterTheFin() throws Exception {
        scene.openTcp(
                Unchecked.builder().idleTimeout(LONG).halfCloseTimeout(SHORT), scene.kernel());
        scene.client();
        scene.turnFor(SHORT.multipliedBy(2));
        assertThat(scene.closes()).isEmpty();
        scene.turnFor(LONG);
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.IDLE_TIMEOUT, 1L));
    }
}
