package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/** The sending half of a socket: its wire to the peer, and whether a writer waits for room. */
final class Outbox {
    private final boolean unix;
    private final SocketOptions options;

    /** Null until the socket has a peer. */
    private Wire wire;

    private boolean isShut;

    /** The send buffer was found full: EPOLLOUT is due once there is room. */
    private boolean wantsRoom;

    Outbox(boolean unix, SocketOptions options) {
        this.unix = unix;
        this.options = options;
    }

    void attach(Wire wire) {
        this.wire = wire;
    }

    Wire wire() {
        return wire;
    }

    /** Sends as many bytes as fit; their number, or -EAGAIN. */
    int send(ByteBuffer source) {
        int count = Math.min(source.remaining(), room());
        if (count <= 0) {
            wantsRoom = true;
            return source.hasRemaining() ? -Errno.EAGAIN : 0;
        }
        wire.send(source, count);
        return count;
    }

    /** Sends FIN behind the bytes; once. */
    void shut() {
        if (!isShut) {
            isShut = true;
            wire.finish();
        }
    }

    boolean isShut() {
        return isShut;
    }

    /** Drops what was not sent yet. */
    void cut() {
        if (wire != null) {
            wire.cut();
        }
    }

    /** Whether everything has arrived, FIN included. */
    boolean isFinished() {
        return wire != null && wire.isFinished();
    }

    int room() {
        return options.sendBuffer() - wire.outstanding();
    }

    /** Bytes without an acknowledgement; 0 in the unix domain. */
    int unacknowledged() {
        return wire == null || unix ? 0 : wire.outstanding();
    }

    /** Whether a write would find room; if not, EPOLLOUT is due later: SOCK_NOSPACE of Linux. */
    boolean pollWritable() {
        boolean writable = isWritable();
        wantsRoom |= !writable;
        return writable;
    }

    /** Whether EPOLLOUT is due now, because there is room again. */
    boolean takeWantedRoom() {
        boolean due = wantsRoom && isWritable();
        wantsRoom &= !due;
        return due;
    }

    /** TCP wants a third of the buffer free, the unix domain three quarters: sk_stream_wspace. */
    private boolean isWritable() {
        int used = wire.outstanding();
        int capacity = options.sendBuffer();
        return unix ? used * 4L <= capacity : capacity - used >= used / 2;
    }
}
