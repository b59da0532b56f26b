package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Unchecked;
import dev.eventloop.libc.Errno;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A dial that waited, and then failed, succeeded or was given up, keeps no socket, counts at no
 * backend, and takes nothing from the next client, which may get the same connection object.
 */
@Tag("fast")
class EndedDialsLeaveNothingTest {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMillis(700);

    private final SteppedScene scene = new SteppedScene();
    private final List<ClosedConnection> closed = new ArrayList<>();

    /** What connect(2) returns instead; null for what the kernel does. */
    private Integer answer;

    @AfterEach
    void end() {
        scene.close();
        assertThat(scene.kernel().openFiles()).isZero();
    }

    private LoadBalancerBuilder settings() {
        return Unchecked.builder()
                .connectTimeout(CONNECT)
                .connectionListener(
                        new ConnectionListener() {
                            @Override
                            public void closed(ClosedConnection connection) {
                                closed.add(connection);
                            }
                        });
    }

    private void openTcp() throws Exception {
        scene.openTcp(settings(), scene.answering(call -> call.equals("connect") ? answer : null));
    }

    /** A client that waits in the backlog, behind one that has filled it. */
    private SteppedPeer inTheBacklog() throws Exception {
        scene.openOver(
                Path.of("/backend"),
                scene.answering(call -> call.equals("connect") ? answer : null),
                settings());
        scene.client();
        scene.turn();
        SteppedPeer second = scene.client();
        scene.turn();
        assertThat(scene.connectionsInUse()).isEqualTo(2);
        return second;
    }

    private long active() {
        return scene.lb().stats().backends().get(0).active();
    }

    @Test
    @DisplayName("a client that resets in the backlog of a unix-domain socket")
    void clientLeavesTheBacklog() throws Exception {
        SteppedPeer second = inTheBacklog();
        int files = scene.kernel().openFiles();
        second.reset();
        scene.turn();
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.CLIENT_RESET, 1L));
        assertThat(scene.kernel().openFiles())
                .isEqualTo(files - 2); // its own, and the one for the backend
        assertThat(active()).isEqualTo(1);
    }

    @Test
    @DisplayName("a backend that goes away while its backlog is full was tried once")
    void backendLeaves() throws Exception {
        inTheBacklog();
        answer = -Errno.ECONNREFUSED;
        scene.turnFor(MOST);
        assertThat(scene.closes()).isEqualTo(Map.of(CloseReason.CONNECT_REFUSED, 1L));
        assertThat(closed).hasSize(1);
        assertThat(closed.get(0).tried()).hasSize(1);
        assertThat(active()).isEqualTo(1);
    }

    @Test
    @DisplayName("a connect that this machine could not do, several times, counts once")
    void localErrorsAreNotCounted() throws Exception {
        openTcp();
        answer = -Errno.EADDRNOTAVAIL;
        SteppedPeer client = scene.client();
        scene.turnFor(MOST);
        assertThat(active()).isZero();
        answer = null;
        scene.turnFor(MOST);
        assertThat(active()).isEqualTo(1);
        client.close();
        scene.backend().close();
        scene.turn();
        assertThat(active()).isZero();
    }

    @Test
    @DisplayName("the next client may wait as long for this machine as the one before")
    void eachHasItsTime() throws Exception {
        openTcp();
        for (int i = 0; i < 3; i++) {
            answer = -Errno.EADDRNOTAVAIL;
            SteppedPeer client = scene.client();
            scene.turnFor(MOST);
            assertThat(scene.connectionsInUse()).isOne();
            answer = null;
            scene.turnFor(MOST);
            scene.backend().close();
            client.close();
            scene.turn();
        }
        assertThat(scene.closes()).doesNotContainKey(CloseReason.LOCAL_ERROR);
        assertThat(closed).hasSize(3);
    }
}
