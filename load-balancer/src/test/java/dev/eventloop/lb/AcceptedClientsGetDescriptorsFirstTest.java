package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.Errno;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Without a descriptor for the backend, an accepted client waits, for the idle timeout. Until it
 * has one, or is given up, no other client is accepted.
 */
@Tag("fast")
class AcceptedClientsGetDescriptorsFirstTest {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(3);
    private static final Duration MOMENT = Duration.ofMillis(200);

    private final SteppedScene scene = new SteppedScene();
    private boolean scarce;

    @AfterEach
    void end() {
        scene.close();
    }

    private void open(Duration idle) throws Exception {
        scene.openTcp(
                Unchecked.builder().idleTimeout(idle).connectTimeout(CONNECT),
                scene.answering(call -> call.equals("socket") && scarce ? -Errno.EMFILE : null));
        scarce = true;
        scene.client().send("first");
        scene.turn();
    }

    private void assertServed(String text) {
        assertThat(scene.read(scene.accept(), 100)).isEqualTo(text);
    }

    @Test
    @DisplayName("the next ones are accepted once it is served, and go in at once from then on")
    void nextOnesWait() throws Exception {
        open(IDLE);
        scene.client().send("second");
        scene.turnFor(CONNECT);
        assertThat(scene.connectionsInUse()).isOne();
        scarce = false;
        scene.turnFor(MOMENT);
        assertServed("first");
        assertServed("second");
        scene.client().send("third");
        scene.turn();
        assertServed("third");
        assertThat(scene.closes()).isEmpty();
    }

    @Test
    @DisplayName("it is given up at the idle timeout, not at the connect timeout")
    void givenUpWhenIdle() throws Exception {
        open(IDLE);
        scene.turnFor(IDLE.minus(MOMENT));
        assertThat(scene.closes()).isEmpty();
        scene.turnFor(MOMENT.multipliedBy(2));
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.LOCAL_ERROR, 1L));
        scarce = false;
        scene.client().send("second");
        scene.turnFor(MOMENT);
        assertServed("second");
    }

    @Test
    @DisplayName("without an idle timeout it is given up at the connect timeout")
    void givenUpWithoutIdleTimeout() throws Exception {
        open(Duration.ZERO);
        scene.turnFor(CONNECT.minus(MOMENT));
        assertThat(scene.closes()).isEmpty();
        scene.turnFor(MOMENT.multipliedBy(2));
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.LOCAL_ERROR, 1L));
    }
}
