package dev.eventloop.lb.relay.readiness;

import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.SplicePipe;

/**
 * The sink of a {@link Flow}: the socket that its bytes are written to. A superclass in place of a
 * field, because there are two flows per connection, and each object counts.
 */
abstract sealed class Sink permits Flow {
    final ReadinessRelays thread;

    /** The socket; -1 while there is none. */
    private int sink = -1;

    /**
     * Whether it has TCP_NODELAY. Set before the second write: Nagle never delays the first, and
     * often there is no second.
     */
    private boolean noDelay;

    /** How many bytes it took. */
    private long bytes;

    Sink(ReadinessRelays thread) {
        this.thread = thread;
    }

    /**
     * Ends at this fd; -1 for none yet.
     *
     * @param noDelay whether it has TCP_NODELAY already
     */
    void openSink(int fd, boolean noDelay) {
        sink = fd;
        this.noDelay = noDelay;
        bytes = 0;
    }

    /** Writes from a buffer: bytes, 0 or {@code -errno}. */
    int write(NativeBuffer buffer) {
        setNoDelay();
        return count(thread.sockets().write(sink, buffer));
    }

    /** As {@link #write}, from a pipe. */
    int drain(SplicePipe from) {
        setNoDelay();
        return count(from.drain(sink));
    }

    private int count(int result) {
        if (result > 0) {
            bytes += result;
        }
        return result;
    }

    /** Nagle's algorithm delays a second short write until the first is acknowledged. */
    private void setNoDelay() {
        if (!noDelay && bytes > 0) {
            noDelay = true;
            thread.sockets().tryNoDelay(sink); // fails on a unix-domain socket, which has no Nagle
        }
    }

    int sink() {
        return sink;
    }

    long bytes() {
        return bytes;
    }
}
