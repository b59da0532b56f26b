package dev.eventloop.lb.relay.readiness;

import dev.eventloop.lb.Splice;
import dev.eventloop.lb.relay.Outcome;
import dev.eventloop.lb.relay.TransferMemory;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.SplicePipe;

/**
 * Moves bytes from an fd to a sink through a pipe, splice(2), once they have proved to be bulk: the
 * last reads filled their buffers. The pipe belongs to the thread; a transfer keeps it only while
 * the sink is blocked. Whatever is not plainly bytes, such as EOF, an error or urgent data, is left
 * to a read.
 */
final class SpliceTransfer {
    /** A step could not tell what the source has: a read must. Not an outcome of a relay. */
    static final int READ = -1;

    private static final int BYTES_PER_TURN = 1024 * 1024;

    /** What a read would have filled its buffer with. */
    private static final int FULL = TransferMemory.BUFFER_SIZE;

    /** One short splice must not end it. */
    private static final int MOST_FULL_READS = Splice.AUTO.fullReads() + 1;

    /** Of a source that cannot be spliced. */
    private static final int NEVER = Integer.MIN_VALUE / 2;

    private final TransferMemory memory;
    private final Sink sink;

    /** Holds bytes that the sink has not taken; null while it keeps up. */
    private SplicePipe pipe;

    /** So many reads in a row, more or less, filled their buffer. */
    private int fullReads;

    /** From so many full reads on, bytes are bulk. */
    private int bulkFrom;

    /** Why a step ended with RESET, ENDED or READ: what splice(2) answered. */
    private int result;

    SpliceTransfer(TransferMemory memory, Sink sink) {
        this.memory = memory;
        this.sink = sink;
    }

    /** Of another connection. */
    void begin(Splice splice) {
        bulkFrom = splice.fullReads();
        fullReads = 0;
    }

    /** A read filled its buffer, or did not. */
    void sawRead(boolean full) {
        if (fullReads >= 0) {
            fullReads = full ? fullReads + 1 : 0;
        }
    }

    boolean isBulk() {
        return fullReads >= bulkFrom;
    }

    /**
     * Moves bytes until the source is drained, the sink blocks or the turn is over.
     *
     * @param drainAll whether the turn lasts until nothing is left
     * @param readable whether the loop reported bytes
     * @param mayBeMore whether a short splice may not have been the last: then a read must tell
     * @return MORE, also after a short splice, which the pipe's lack of room may explain; BLOCKED;
     *     FAILED; RESET for an error, {@link #result}; {@link #READ}
     */
    int move(int source, boolean drainAll, boolean readable, boolean mayBeMore) {
        pipe = memory.pipes().take();
        if (pipe == null) {
            fullReads = 0; // tried again, but not at once
            return READ;
        }
        int outcome = moveThroughPipe(source, drainAll, readable, mayBeMore);
        if (pipe.held() == 0 || outcome == Outcome.RESET) {
            givePipe();
        }
        return outcome;
    }

    private int moveThroughPipe(int source, boolean drainAll, boolean readable, boolean mayBeMore) {
        int moved = 0;
        while (moved < BYTES_PER_TURN || drainAll) {
            int count = pipe.fill(source);
            if (count <= 0) {
                return outcomeOf(count, moved > 0 || !readable, mayBeMore);
            }
            moved += count;
            fullReads = count < FULL ? Math.max(0, fullReads - 1) : MOST_FULL_READS;
            int outcome = drainPipe();
            if (outcome != Outcome.DRAINED) {
                return outcome;
            }
            if (count < FULL && !mayBeMore) {
                return Outcome.MORE;
            }
        }
        return Outcome.MORE;
    }

    /**
     * Of a splice that moved nothing.
     *
     * @param expected whether there need not have been any bytes
     */
    private int outcomeOf(int answer, boolean expected, boolean mayBeMore) {
        result = answer;
        if (answer == -Errno.EAGAIN) {
            return expected && !mayBeMore ? Outcome.MORE : READ;
        }
        if (answer == -Errno.EINVAL) { // of a kind that cannot be spliced
            fullReads = NEVER;
        }
        boolean unclear = answer == 0 || answer == -Errno.EINVAL || answer == -Errno.EINTR;
        return unclear ? READ : Outcome.RESET; // the kernel reports an error once: no read sees it
    }

    /**
     * Writes what the pipe holds.
     *
     * @return DRAINED when the sink took all of it; BLOCKED; FAILED
     */
    private int drainPipe() {
        if (Sink.isFailure(sink.drain(pipe))) {
            return Outcome.FAILED;
        }
        return pipe.held() > 0 ? Outcome.BLOCKED : Outcome.DRAINED;
    }

    /** As {@link #drainPipe}, when the sink is writable again. */
    int drain() {
        int outcome = drainPipe();
        if (outcome == Outcome.DRAINED) {
            givePipe();
        }
        return outcome;
    }

    boolean isPending() {
        return pipe != null;
    }

    /** Drops what is pending. */
    void drop() {
        if (pipe != null) {
            givePipe();
        }
    }

    private void givePipe() {
        SplicePipe given = pipe;
        pipe = null;
        memory.pipes().give(given);
    }

    int result() {
        return result;
    }
}
