package dev.eventloop.lb.relay.readiness;

import dev.eventloop.lb.relay.Outcome;
import dev.eventloop.lb.relay.TransferMemory;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;

/**
 * Copies bytes from an fd to a sink, through the scratch buffer of the thread. The transfer keeps
 * the buffer only if the sink does not take all bytes. So an idle connection holds no buffer, and a
 * blocked one 64 KiB per direction.
 */
final class CopyTransfer {
    private final Sockets sockets;
    private final TransferMemory memory;
    private final Sink sink;

    /** Read and not yet written; null while the sink keeps up. */
    private NativeBuffer pending;

    /** What the last read returned: bytes, 0 for EOF, or -errno. */
    private int readResult;

    /** Whether the last read left room in its buffer: then the source had no more. */
    private boolean wasShort;

    CopyTransfer(Sockets sockets, TransferMemory memory, Sink sink) {
        this.sockets = sockets;
        this.memory = memory;
        this.sink = sink;
    }

    /**
     * Reads once and writes the bytes. The hot path.
     *
     * @return MORE; BLOCKED; FAILED; NO_MEMORY; ENDED if the read gave no bytes, and {@link
     *     #readResult} says why
     */
    int move(int source) {
        NativeBuffer buffer = memory.scratch();
        readResult = sockets.read(source, buffer);
        if (readResult <= 0) {
            return Outcome.ENDED;
        }
        wasShort = buffer.writable() > 0;
        if (Sink.isFailure(sink.write(buffer))) {
            return Outcome.FAILED;
        }
        return buffer.readable() == 0 ? Outcome.MORE : keep();
    }

    private int keep() {
        pending = memory.keepScratch();
        return pending == null ? Outcome.NO_MEMORY : Outcome.BLOCKED;
    }

    /**
     * Writes what is pending.
     *
     * @return DRAINED when the sink took all of it; BLOCKED; FAILED
     */
    int drain() {
        if (Sink.isFailure(sink.write(pending))) {
            return Outcome.FAILED;
        }
        if (pending.readable() > 0) {
            return Outcome.BLOCKED;
        }
        drop();
        return Outcome.DRAINED;
    }

    /** Whether a source has neither bytes nor an error. Reads its bytes, and discards them. */
    boolean isEmpty(int source) {
        NativeBuffer buffer = memory.scratch();
        int result = sockets.read(source, buffer);
        return result == 0 || result == -Errno.EAGAIN;
    }

    /** Writes the bytes in this buffer first. */
    void beginWith(NativeBuffer buffer) {
        pending = buffer;
    }

    boolean isPending() {
        return pending != null;
    }

    /** Drops what is pending. */
    void drop() {
        if (pending != null) {
            NativeBuffer buffer = pending;
            pending = null;
            memory.give(buffer);
        }
    }

    int readResult() {
        return readResult;
    }

    boolean wasShort() {
        return wasShort;
    }
}
