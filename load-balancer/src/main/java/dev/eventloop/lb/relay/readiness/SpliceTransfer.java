package dev.eventloop.lb.relay.readiness;

import dev.eventloop.Events;
import dev.eventloop.lb.Splice;
import dev.eventloop.lb.relay.Outcome;
import dev.eventloop.lb.relay.TransferMemory;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.SplicePipe;

/**
 * Moves the bytes of flows through pipes, splice(2), once they have proved to be bulk: the last
 * reads filled their buffers. A pipe belongs to the thread; a flow keeps one only while its sink is
 * blocked. Whatever is not plainly bytes, such as EOF or urgent data, is left to a read.
 */
final class SpliceTransfer {
    /** A step could not tell what the source has: a read must. Not an outcome of a relay. */
    static final int READ = -1;

    private static final int BYTES_PER_TURN = 1024 * 1024;

    /** A read of as many bytes would fill its buffer. */
    private static final int FULL = TransferMemory.BUFFER_SIZE;

    /** One short splice must not end bulk. */
    private static final int MOST_FULL_READS = Splice.AUTO.fullReads() + 1;

    /** Of a source that cannot be spliced. */
    private static final int NEVER = Integer.MIN_VALUE / 2;

    private final TransferMemory memory;

    SpliceTransfer(TransferMemory memory) {
        this.memory = memory;
    }

    /**
     * Moves bytes until the source is drained, the sink blocks or the turn is over.
     *
     * @return MORE, also after a short splice, which a lack of room in the pipe may explain;
     *     BLOCKED; FAILED; ENDED or RESET after an error; {@link #READ}
     */
    int move(Flow flow, int events) {
        flow.pipe = memory.pipes().take();
        if (flow.pipe == null) {
            flow.fullReads = 0; // tried again, but not at once
            return READ;
        }
        int outcome = moveThroughPipe(flow, events);
        if (flow.pipe != null && flow.pipe.held() == 0) {
            drop(flow);
        }
        return outcome;
    }

    private int moveThroughPipe(Flow flow, int events) {
        boolean mayBeMore = flow.wasReset() || (events & CopyTransfer.MORE_THAN_BYTES) != 0;
        int moved = 0;
        while (moved < BYTES_PER_TURN || flow.wasReset()) {
            int count = flow.pipe.fill(flow.source());
            if (count <= 0) {
                boolean expected = moved > 0 || (events & Events.READ) == 0;
                return isUnclear(flow, count)
                        ? READ
                        : stopped(flow, count, events, expected && !mayBeMore);
            }
            moved += count;
            flow.fullReads = count < FULL ? Math.max(0, flow.fullReads - 1) : MOST_FULL_READS;
            int outcome = drainPipe(flow);
            if (outcome != Outcome.DRAINED) {
                return outcome;
            }
            if (count < FULL && !mayBeMore) {
                return Outcome.MORE;
            }
        }
        return Outcome.MORE;
    }

    /** Whether this result says nothing of the source. */
    private static boolean isUnclear(Flow flow, int result) {
        if (result == -Errno.EINVAL) { // of a kind that cannot be spliced
            flow.fullReads = NEVER;
        }
        return result == 0 || result == -Errno.EINVAL || result == -Errno.EINTR;
    }

    /**
     * @param drained whether EAGAIN means that there are no more bytes
     */
    private int stopped(Flow flow, int result, int events, boolean drained) {
        if (result == -Errno.EAGAIN) {
            return drained ? Outcome.MORE : READ;
        }
        drop(flow);
        return flow.stopped(result, events); // the kernel reports an error once: no read sees it
    }

    /**
     * Writes what the pipe holds.
     *
     * @return DRAINED when the sink took all of it; BLOCKED; FAILED
     */
    private static int drainPipe(Flow flow) {
        if (CopyTransfer.isFailure(flow.drain(flow.pipe))) {
            return Outcome.FAILED;
        }
        return flow.pipe.held() > 0 ? Outcome.BLOCKED : Outcome.DRAINED;
    }

    /** Writes what is pending; as {@link CopyTransfer#drain}. */
    int drain(Flow flow) {
        int outcome = drainPipe(flow);
        if (outcome == Outcome.DRAINED) {
            drop(flow);
        }
        return outcome;
    }

    /** Drops what is pending. */
    void drop(Flow flow) {
        SplicePipe given = flow.pipe;
        flow.pipe = null;
        memory.pipes().give(given);
    }
}
