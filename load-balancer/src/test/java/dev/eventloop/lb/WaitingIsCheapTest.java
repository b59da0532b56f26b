package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Where no event tells that a wait is over, the load balancer asks now and then. The number of its
 * system calls does not grow with the number of connections that wait.
 */
@Tag("fast")
class WaitingIsCheapTest {
    private static final int ANSWER = 300_000;

    private final List<SteppedScene> scenes = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();

    @AfterEach
    void end() {
        scenes.forEach(SteppedScene::close);
    }

    @Test
    @DisplayName("clients that do not read, and whose backend has reset, get everything in the end")
    void slowReadersAfterAReset() throws Exception {
        long few = callsWhileTheyDoNotRead(40);
        long many = callsWhileTheyDoNotRead(160);
        assertThat(few).isPositive();
        assertThat(many).isLessThanOrEqualTo(few + few / 10);
    }

    private long callsWhileTheyDoNotRead(int count) throws Exception {
        SteppedScene scene = scene();
        Sockets peers = scene.peers();
        scene.open(Splice.OFF, scene.recorded(calls));
        List<Integer> clients = new ArrayList<>();
        List<Integer> backends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(scene.connect());
            scene.turn();
            backends.add(scene.accept());
        }
        for (int backend : backends) {
            ByteBuffer answer = ByteBuffer.allocate(ANSWER);
            while (answer.hasRemaining()) {
                assertThat(peers.write(backend, answer)).isPositive();
                scene.turn();
            }
            peers.reset(backend);
        }
        scene.turn();
        long calls = callsIn(scene, Duration.ofMillis(500), "unacknowledged");
        for (int client : clients) {
            assertThat(readAll(scene, client)).isEqualTo(ANSWER);
        }
        callsIn(scene, Duration.ofMillis(500), "");
        assertThat(scene.closes()).containsOnlyKeys(CloseReason.BACKEND_RESET);
        assertThat(scene.connectionsInUse()).isZero();
        return calls;
    }

    @Test
    @DisplayName("clients of a unix-domain socket with a full backlog get in, the first one first")
    void fullBacklog() throws Exception {
        long few = callsWhileTheBacklogIsFull(10);
        long many = callsWhileTheBacklogIsFull(80);
        assertThat(few).isPositive();
        assertThat(many).isLessThanOrEqualTo(few + few / 10);
    }

    private long callsWhileTheBacklogIsFull(int count) throws Exception {
        SteppedScene scene = scene();
        scene.openOver(Path.of("/backend-" + count), scene.recorded(calls));
        for (int i = 0; i < count; i++) {
            scene.send(scene.connect(), "client " + i);
            scene.turn();
        }
        long calls = callsIn(scene, Duration.ofMillis(500), "connect");
        for (int i = 0; i < count; i++) {
            int backend = scene.accept();
            callsIn(scene, Duration.ofMillis(20), "");
            ByteBuffer bytes = ByteBuffer.allocate(100);
            assertThat(scene.peers().read(backend, bytes)).isPositive();
            String text = StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
            assertThat(text).isEqualTo("client " + i);
        }
        assertThat(scene.closes()).isEmpty();
        return calls;
    }

    private SteppedScene scene() {
        SteppedScene scene = new SteppedScene();
        scenes.add(scene);
        return scene;
    }

    private long callsIn(SteppedScene scene, Duration time, String call) throws Exception {
        calls.clear();
        for (long i = 0; i < time.toMillis(); i++) {
            scene.turn(); // a millisecond at least
        }
        return calls.stream().filter(call::equals).count();
    }

    private static int readAll(SteppedScene scene, int fd) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(ANSWER + 1);
        int count;
        while ((count = scene.peers().read(fd, bytes)) > 0) {
            scene.turn();
        }
        assertThat(count).isIn(-Errno.EAGAIN, -Errno.ECONNRESET);
        return bytes.position();
    }
}
