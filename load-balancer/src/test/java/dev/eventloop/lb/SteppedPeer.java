package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** A client of a {@link SteppedScene}, or the backend's end of its connection. */
final class SteppedPeer {
    private static final int BLOCK = 64 * 1024;

    /** How the stream that was read ended. */
    enum End {
        FIN,
        RESET,
        /** There is no more for now. */
        NONE
    }

    final int fd;
    private final SteppedScene scene;
    private final Sockets sockets;
    private End end = End.NONE;

    SteppedPeer(SteppedScene scene, int fd) {
        this.scene = scene;
        this.fd = fd;
        this.sockets = scene.peers();
    }

    /** Sends all of it at once; it must fit into the socket's buffer. */
    SteppedPeer send(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            assertThat(sockets.write(fd, bytes)).isPositive();
        }
        return this;
    }

    /** Sends this byte as long as it is taken, with turns between; returns how many were. */
    int fill(char value) throws Exception {
        byte[] block = new byte[BLOCK];
        Arrays.fill(block, (byte) value);
        int sent = 0;
        for (int refused = 0; refused < 3; ) {
            int count = sockets.write(fd, ByteBuffer.wrap(block));
            sent += Math.max(0, count);
            refused = count > 0 ? 0 : refused + 1;
            scene.turn();
        }
        return sent;
    }

    /** How many of its bytes wait in its own socket, from where a reset discards them. */
    int unacknowledged() {
        return sockets.unacknowledged(fd);
    }

    SteppedPeer halfClose() {
        sockets.shutdownWrite(fd);
        return this;
    }

    void reset() {
        sockets.reset(fd);
    }

    void close() {
        sockets.close(fd);
    }

    /** What has come, and comes while it is read, in turns; {@link #end} says how it ended. */
    String read() throws Exception {
        StringBuilder text = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
        for (int quiet = 0; end == End.NONE && quiet < 3; ) {
            int count = sockets.read(fd, bytes.clear());
            if (count > 0) {
                text.append(StandardCharsets.ISO_8859_1.decode(bytes.flip()));
                quiet = 0;
            } else if (count == -Errno.EAGAIN) {
                scene.pause(Duration.ofMillis(10)); // some things are looked at in intervals
                scene.turn();
                quiet++;
            } else {
                end = count == 0 ? End.FIN : End.RESET;
            }
        }
        return text.toString();
    }

    /** How the stream ended, as far as {@link #read} has come. */
    End end() {
        return end;
    }
}
