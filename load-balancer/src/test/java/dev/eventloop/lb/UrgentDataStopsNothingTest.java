package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A read stops before an urgent byte, though there may be bytes behind it: "out-of-band data" in
 * tcp(7). All bytes arrive before the loop polls, so no later event could make up for a missed
 * read.
 */
@Tag("fast")
class UrgentDataStopsNothingTest {
    private static final int MSG_OOB = 1; // sys/socket.h

    private final SteppedScene scene = new SteppedScene();
    private final Sockets peers = scene.peers();

    @AfterEach
    void end() {
        scene.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("bytes behind urgent data, and the EOF, are passed on")
    void bytesBehindIt(Splice splice) throws Exception {
        scene.open(splice);
        int client = scene.connect();
        scene.turn();
        int backend = scene.accept();
        for (int round = 0; round < 3; round++) {
            scene.send(client, "before");
            sendUrgent(client);
            scene.send(client, "behind");
            scene.turn();
            assertThat(receive(backend)).isEqualTo("beforebehind");
            sendUrgent(client);
            scene.turn();
            scene.send(client, "later");
            scene.turn();
            assertThat(receive(backend)).isEqualTo("later");
        }
        scene.send(backend, "bye");
        sendUrgent(backend);
        scene.send(backend, "bye");
        peers.close(backend);
        scene.turn();
        assertThat(receive(client)).isEqualTo("byebye");
        assertThat(peers.read(client, ByteBuffer.allocate(1))).isZero();
    }

    private void sendUrgent(int fd) {
        try (NativeMemory urgent = NativeMemory.allocate(1)) {
            assertThat(scene.peersCalls().send(fd, urgent.address(), 1, MSG_OOB)).isEqualTo(1);
        }
    }

    private String receive(int fd) {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        int count = peers.read(fd, bytes);
        while (count > 0) {
            count = peers.read(fd, bytes);
        }
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }
}
