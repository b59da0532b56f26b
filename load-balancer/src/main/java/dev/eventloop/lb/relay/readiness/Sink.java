package dev.eventloop.lb.relay.readiness;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import dev.eventloop.net.SplicePipe;

/** The socket to which one direction writes, and how many bytes it took. */
final class Sink {
    private final Sockets sockets;
    private int fd = -1;
    private long bytes;

    /**
     * Whether the socket has TCP_NODELAY. Set before the second write: Nagle never delays the
     * first, and often there is no second.
     */
    private boolean noDelay;

    Sink(Sockets sockets) {
        this.sockets = sockets;
    }

    /**
     * @param noDelay whether the socket has TCP_NODELAY already
     */
    void open(int fd, boolean noDelay) {
        this.fd = fd;
        this.noDelay = noDelay;
        bytes = 0;
    }

    /** Returns the bytes that the socket took, 0 or {@code -errno}. The hot path. */
    int write(NativeBuffer buffer) {
        setNoDelay();
        return count(sockets.write(fd, buffer));
    }

    /** As {@link #write}, from a pipe. */
    int drain(SplicePipe pipe) {
        setNoDelay();
        return count(pipe.drain(fd));
    }

    private int count(int result) {
        if (result > 0) {
            bytes += result;
        }
        return result;
    }

    /** Nagle's algorithm would hold a second short write back until the first is acknowledged. */
    private void setNoDelay() {
        if (!noDelay && bytes > 0) {
            noDelay = true;
            sockets.tryNoDelay(fd); // fails on a unix-domain socket, which delays nothing
        }
    }

    static boolean isFailure(int result) {
        return result <= 0 && result != -Errno.EAGAIN && result != -Errno.EINTR;
    }

    void shutdown() {
        sockets.shutdownWrite(fd);
    }

    int unacknowledged() {
        return sockets.unacknowledged(fd);
    }

    long bytes() {
        return bytes;
    }
}
