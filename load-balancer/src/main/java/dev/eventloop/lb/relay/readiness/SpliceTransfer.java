package dev.eventloop.lb.relay.readiness;

import dev.eventloop.lb.Splice;
import dev.eventloop.lb.relay.Outcome;
import dev.eventloop.lb.relay.TransferMemory;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.SplicePipe;

/**
 * Moves bytes from an fd to a sink through a pipe, splice(2), once they have proved to be bulk: the
 * last reads filled their buffers. The pipe belongs to the thread; a transfer keeps it only while
 * the sink is blocked. EOF, errors and urgent data are left to a read.
 */
final class SpliceTransfer {
    /** A splice cannot tell what the source has: a read must follow. Not an outcome of a relay. */
    static final int READ = -1;

    private static final int BYTES_PER_TURN = 1024 * 1024;

    /** The bytes with which a read would fill its buffer. */
    private static final int FULL = TransferMemory.BUFFER_SIZE;

    /** One short splice must not end it. */
    private static final int MOST_FULL_READS = Splice.AUTO.fullReads() + 1;

    /** {@link #fullReads} of a source that cannot be spliced. */
    private static final int NEVER = Integer.MIN_VALUE / 2;

    private final TransferMemory memory;
    private final Sink sink;

    /** Holds bytes that the sink has not taken; null if there are none. */
    private SplicePipe pipe;

    /** About how many reads in a row filled their buffer. */
    private int fullReads;

    /** The number of full reads that makes a flow bulk. */
    private int bulkFrom;

    /** Why a step ended with RESET, ENDED or READ: what splice(2) returned. */
    private int result;

    SpliceTransfer(TransferMemory memory, Sink sink) {
        this.memory = memory;
        this.sink = sink;
    }

    /** Resets for another connection. */
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
     * @param mayBeMore whether bytes may follow a short splice: then a read must find out
     * @return MORE, also after a short splice, which the pipe's lack of room may explain; BLOCKED;
     *     FAILED; RESET for an error, {@link #result}; {@link #READ}
     */
    int move(int source, boolean drainAll, boolean readable, boolean mayBeMore) {
        pipe = memory.pipes().take();
        if (pipe == null) {
            fullReads = 0; // try again later
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
     * The outcome of a splice that moved nothing.
     *
     * @param expected whether there need not have been any bytes
     */
    private int outcomeOf(int answer, boolean expected, boolean mayBeMore) {
        result = answer;
        if (answer == -Errno.EAGAIN) {
            return expected && !mayBeMore ? Outcome.MORE : READ;
        }
        if (answer == -Errno.EINVAL) { // this kind of fd cannot be spliced
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
