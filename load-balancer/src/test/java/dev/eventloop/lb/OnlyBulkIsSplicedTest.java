package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.Errno;
import dev.eventloop.testkit.kernel.KernelOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which calls move bytes: AUTO splices while reads fill their buffers, and copies short messages.
 * However they are moved, Nagle's algorithm is off from the second write on.
 */
@Tag("fast")
class OnlyBulkIsSplicedTest {
    private static final String BULK = "x".repeat(3 * 64 * 1024); // fills three reads

    private SteppedScene scene = new SteppedScene();
    private final List<String> calls = new ArrayList<>();
    private SteppedPeer client;
    private SteppedPeer backend;

    /** What splice(2) returns instead; 0 for what the kernel does. */
    private int errno;

    @AfterEach
    void end() {
        scene.close();
        assertThat(scene.kernel().openFiles()).isZero();
    }

    private void connect(Splice splice) throws Exception {
        scene.open(
                splice,
                scene.answering(
                        call -> {
                            calls.add(call);
                            return call.equals("splice") && errno != 0 ? -errno : null;
                        }));
        client = scene.client();
        scene.turn();
        backend = scene.backend();
        calls.clear();
    }

    private void ask(String text) throws Exception {
        client.send(text);
        scene.turn();
        assertThat(backend.read()).isEqualTo(text);
    }

    private long count(String call) {
        return calls.stream().filter(call::equals).count();
    }

    @Test
    @DisplayName("AUTO splices bulk, copies short messages after it, and splices the next bulk")
    void bulkComesAndGoes() throws Exception {
        connect(Splice.AUTO);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 8; i++) {
                calls.clear();
                ask("short");
            }
            assertThat(calls).contains("recv", "send").doesNotContain("splice");
            for (int i = 0; i < 3; i++) {
                calls.clear();
                ask(BULK);
            }
            assertThat(calls).contains("splice").doesNotContain("send");
        }
    }

    @Test
    @DisplayName("one short message does not end bulk")
    void oneShortMessage() throws Exception {
        connect(Splice.AUTO);
        for (int i = 0; i < 3; i++) {
            ask(BULK);
        }
        calls.clear();
        ask("short");
        ask(BULK);
        assertThat(calls).contains("splice").doesNotContain("send");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("TCP_NODELAY is set before the second write, and once")
    void noDelay(Splice splice) throws Exception {
        connect(splice);
        ask("question");
        assertThat(count("setsockopt")).isZero();
        ask("question");
        assertThat(count("setsockopt")).isEqualTo(1);
        ask("question");
        assertThat(count("setsockopt")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EINTR", "EINVAL"})
    @DisplayName("a splice that says nothing of the source is followed by a read")
    void unclear(String name) throws Exception {
        connect(Splice.ALWAYS);
        errno = jnr.constants.platform.Errno.valueOf(name).intValue();
        ask("question");
        ask("question");
        boolean never = errno == Errno.EINVAL; // of a kind that cannot be spliced
        assertThat(count("splice")).isEqualTo(never ? 1 : 2);
        errno = 0;
        ask(BULK);
        assertThat(count("splice") > 2).isEqualTo(!never);
        assertThat(scene.closes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a burst that came while the client waited for its backend arrives")
    void burstBeforeTheConnect(Splice splice) throws Exception {
        String burst = "x".repeat(4 * 1024 * 1024); // more than a turn moves
        scene = new SteppedScene(KernelOptions.defaults().socketBuffer(2 * burst.length()));
        scene.openOver(Path.of("/backend"), scene.kernel(), Unchecked.builder().splice(splice));
        scene.client();
        scene.turn();
        client = scene.client(); // waits: the backlog is full
        scene.turn();
        client.send(burst);
        scene.turn();
        scene.backend();
        scene.turnFor(Duration.ofMillis(100));
        assertThat(scene.backend().read()).hasSameSizeAs(burst);
    }
}
