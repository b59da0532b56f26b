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
        scene.pause(Duration.ofHours(1)); // the clock has any origin
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
        for (int round = 1; round <= 2; round++) {
            scene.client().send("second");
            scene.turnFor(CONNECT);
            assertThat(scene.connectionsInUse()).isEqualTo(3 * round - 2);
            scarce = false;
            scene.turnFor(MOMENT);
            assertServed("first");
            assertServed("second");
            scene.client().send("third");
            scene.turn();
            assertServed("third");
            scarce = true;
            scene.client().send("first"); // of the second round
            scene.turn();
        }
        assertThat(scene.closes()).isEmpty();
    }

    @Test
    @DisplayName("a drain accepts those in the backlog only after it is served")
    void drainWaits() throws Exception {
        open(IDLE);
        scene.client().send("second");
        scene.lb().startDraining(IDLE);
        scene.turnFor(CONNECT);
        assertThat(scene.connectionsInUse()).isOne();
        scarce = false;
        scene.turnFor(CONNECT);
        assertServed("first");
        assertServed("second");
    }

    @Test
    @DisplayName("unused pipes are closed for it")
    void pipesAreClosed() throws Exception {
        scene.openTcp(
                Unchecked.builder().splice(Splice.ALWAYS),
                scene.answering(call -> call.equals("socket") && scarce ? -Errno.EMFILE : null));
        scene.client().send("spliced");
        scene.turn();
        assertServed("spliced");
        int files = scene.kernel().openFiles();
        scarce = true;
        scene.client();
        scene.turn();
        assertThat(scene.kernel().openFiles()).isEqualTo(files + 1 - 2);
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
