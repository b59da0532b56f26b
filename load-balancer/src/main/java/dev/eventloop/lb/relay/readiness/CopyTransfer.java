package dev.eventloop.lb.relay.readiness;

import dev.eventloop.Events;
import dev.eventloop.lb.relay.Outcome;
import dev.eventloop.lb.relay.TransferMemory;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;

/**
 * Copies the bytes of flows, one thread's. What is read is written at once, from the thread's
 * scratch buffer. Only if the sink does not take all of it, the flow keeps the buffer until it has.
 * So an idle connection holds no buffer, and a blocked one 64 KiB a direction.
 */
final class CopyTransfer {
    /** After this, a source with more bytes must yield to other connections. */
    private static final int READS_PER_TURN = 4;

    /**
     * EOF, an error or urgent data. Then only a read that returns no bytes shows that the source is
     * drained: a read also stops at the mark of urgent data, "out-of-band data" in tcp(7), and more
     * bytes may follow.
     */
    static final int MORE_THAN_BYTES = Events.READ_HUP | Events.ERROR | Events.HUP | Events.URGENT;

    private final Sockets sockets;
    private final TransferMemory memory;

    CopyTransfer(Sockets sockets, TransferMemory memory) {
        this.sockets = sockets;
        this.memory = memory;
    }

    /** Reads and writes until the source is drained, the sink blocks or the turn is over. */
    int move(Flow flow, int events) {
        boolean mayBeMore = flow.wasReset() || (events & MORE_THAN_BYTES) != 0;
        for (int reads = 0; reads < READS_PER_TURN || flow.wasReset(); reads++) {
            NativeBuffer buffer = memory.scratch();
            int count = sockets.read(flow.source(), buffer);
            if (count == -Errno.EINTR) {
                continue;
            }
            if (count <= 0) {
                return flow.stopped(count, events);
            }
            boolean isShort = buffer.writable() > 0;
            if (flow.fullReads >= 0) {
                flow.fullReads = isShort ? 0 : flow.fullReads + 1;
            }
            if (isFailure(flow.write(buffer))) {
                return Outcome.FAILED;
            }
            if (buffer.readable() > 0) {
                return keep(flow);
            }
            if (isShort && !mayBeMore) {
                return Outcome.DRAINED; // a second read would return EAGAIN
            }
        }
        return Outcome.MORE;
    }

    private int keep(Flow flow) {
        flow.pending = memory.keepScratch();
        return flow.pending == null ? Outcome.NO_MEMORY : Outcome.BLOCKED;
    }

    /**
     * Writes what is pending.
     *
     * @return DRAINED when the sink took all of it; BLOCKED; FAILED
     */
    int drain(Flow flow) {
        if (isFailure(flow.write(flow.pending))) {
            return Outcome.FAILED;
        }
        if (flow.pending.readable() > 0) {
            return Outcome.BLOCKED;
        }
        drop(flow);
        return Outcome.DRAINED;
    }

    /** Whether a write or a splice to a sink has failed for good. */
    static boolean isFailure(int result) {
        return result <= 0 && result != -Errno.EAGAIN && result != -Errno.EINTR;
    }

    /** Drops what is pending. */
    void drop(Flow flow) {
        NativeBuffer buffer = flow.pending;
        flow.pending = null;
        memory.give(buffer);
    }

    /** Whether a source has neither bytes nor an error; bytes that it has are read, and lost. */
    boolean isEmpty(int source) {
        int result = sockets.read(source, memory.scratch());
        return result == 0 || result == -Errno.EAGAIN;
    }
}
