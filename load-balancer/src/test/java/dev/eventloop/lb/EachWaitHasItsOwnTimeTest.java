package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A client may wait for a file descriptor for the idle timeout, and then for its backend for the
 * connect timeout: the first wait does not shorten the second one.
 */
@Tag("fast")
class EachWaitHasItsOwnTimeTest {
    private static final Duration IDLE = Duration.ofMillis(100);

    @Test
    @DisplayName("a backend with a full backlog is not given up at the limit of the descriptor")
    void descriptorThenBacklog() throws Exception {
        AtomicBoolean scarce = new AtomicBoolean();
        try (SteppedScene scene = new SteppedScene()) {
            scene.openOver(
                    Path.of("/backend"),
                    scene.answering(
                            call -> call.equals("socket") && scarce.get() ? -Errno.EMFILE : null),
                    Unchecked.builder().idleTimeout(IDLE).connectTimeout(Duration.ofSeconds(5)));
            int first = scene.connect(); // fills the backlog
            scene.turn();
            scarce.set(true);
            int second = scene.connect();
            scene.send(second, "second");
            scene.turnFor(Duration.ofMillis(30));
            scarce.set(false);
            scene.turnFor(Duration.ofSeconds(1));
            assertThat(scene.closes()).containsOnlyKeys(CloseReason.IDLE_TIMEOUT); // the first
            assertThat(scene.connectionsInUse()).isEqualTo(1);

            int backendOfFirst = scene.accept();
            scene.turnFor(Duration.ofMillis(50));
            ByteBuffer bytes = ByteBuffer.allocate(100);
            assertThat(scene.peers().read(scene.accept(), bytes)).isEqualTo("second".length());
            assertThat(StandardCharsets.US_ASCII.decode(bytes.flip()).toString())
                    .isEqualTo("second");
            scene.peers().close(first);
            scene.peers().close(backendOfFirst);
        }
    }
}
