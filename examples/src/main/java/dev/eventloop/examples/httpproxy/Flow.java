package dev.eventloop.examples.httpproxy;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.BufferPool;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;

/**
 * One direction of a connection. If the sink does not accept all bytes, the flow keeps the rest,
 * and the session stops reading from the source until the rest is written: backpressure.
 */
final class Flow {
    private final Sockets sockets;
    private final BufferPool buffers;
    private NativeBuffer rest;

    /** The unacknowledged bytes at the last check; after a write, {@link Integer#MAX_VALUE}. */
    private int underWay;

    /** The source has sent FIN, or its bytes are no longer wanted. */
    boolean ended;

    /** FIN has been sent to the sink. */
    boolean shut;

    Flow(Sockets sockets, BufferPool buffers) {
        this.sockets = sockets;
        this.buffers = buffers;
    }

    boolean isBlocked() {
        return rest != null;
    }

    /** Returns whether everything has been forwarded and FIN can follow. */
    boolean mayShut() {
        return ended && !shut && rest == null;
    }

    /**
     * Forwards bytes after those that wait already.
     *
     * @param fd the sink
     * @return false if the sink is gone
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
     * Returns whether the sink has read bytes since the last write or the last call. A slow reader
     * is not idle even while there is no room for more: of the megabytes that the kernel may buffer
     * for it, a third must be sent before the kernel reports room.
     */
    boolean isTaken(int fd) {
        int left = sockets.unacknowledged(fd) + (rest == null ? 0 : rest.readable());
        boolean taken = left > 0 && left < underWay;
        underWay = left;
        return taken;
    }

    /**
     * Forwards the waiting bytes.
     *
     * @return false if the sink is gone
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

    /** Discards the waiting bytes. */
    void drop() {
        if (rest != null) {
            buffers.give(rest);
            rest = null;
        }
    }
}
