package dev.eventloop.examples.httpproxy;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.BufferPool;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;

/**
 * One direction of a connection. What its reader does not take is kept, and as long as there is
 * such a rest nothing more is read from the writer, who has to wait in turn: backpressure.
 */
final class Flow {
    private final Sockets sockets;
    private final BufferPool buffers;
    private NativeBuffer rest;

    /**
     * What the reader had not taken when it was last looked; after a write, as much as you like.
     */
    private int underWay;

    /** The writer has sent FIN, or nobody wants to hear more of it. */
    boolean ended;

    /** The reader has been told. */
    boolean shut;

    Flow(Sockets sockets, BufferPool buffers) {
        this.sockets = sockets;
        this.buffers = buffers;
    }

    boolean isBlocked() {
        return rest != null;
    }

    /** Whether all has been passed on and the end can follow. */
    boolean mayShut() {
        return ended && !shut && rest == null;
    }

    /**
     * Passes bytes on behind those that wait already.
     *
     * @param fd the reader
     * @return false if the reader is gone
     */
    boolean write(int fd, ByteBuffer bytes) {
        boolean there = rest == null || flush(fd);
        while (there && rest == null && bytes.hasRemaining()) {
            int count = sockets.write(fd, bytes);
            if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                rest = buffers.take();
            } else {
                there = count >= 0;
            }
        }
        if (there && bytes.hasRemaining()) {
            rest.put(bytes);
        }
        underWay = Integer.MAX_VALUE;
        return there;
    }

    /**
     * Whether the reader has taken bytes since the last write, or since this was last asked. Who
     * reads slowly is not silent, even if there is no room for more yet: of the megabytes that a
     * system may hold for it a third must be gone before it says that there is.
     */
    boolean isTaken(int fd) {
        int left = sockets.unacknowledged(fd) + (rest == null ? 0 : rest.readable());
        boolean taken = left > 0 && left < underWay;
        underWay = left;
        return taken;
    }

    /**
     * Passes on what has waited.
     *
     * @return false if the reader is gone
     */
    boolean flush(int fd) {
        while (rest != null && rest.readable() > 0) {
            int count = sockets.write(fd, rest);
            if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                return true;
            }
            if (count < 0) {
                return false;
            }
        }
        drop();
        return true;
    }

    /** Forgets what has waited. */
    void drop() {
        if (rest != null) {
            buffers.give(rest);
            rest = null;
        }
    }
}
