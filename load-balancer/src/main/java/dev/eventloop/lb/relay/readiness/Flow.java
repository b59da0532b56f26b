package dev.eventloop.lb.relay.readiness;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import dev.eventloop.lb.Splice;
import dev.eventloop.lb.relay.Direction;
import dev.eventloop.lb.relay.Outcome;
import dev.eventloop.lb.relay.Relay;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.SplicePipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One direction of a connection: from a source to a sink, which are file descriptors. {@link
 * CopyTransfer} moves its bytes or, for bulk, {@link SpliceTransfer}. If the sink blocks, the flow
 * stops reading until the sink has taken what is pending; so interests change only when a write
 * blocks. There are two per connection, so this object has few fields.
 */
final class Flow extends Sink {
    private static final Logger LOG = LoggerFactory.getLogger(Flow.class);

    /** Every fd of every connection. */
    private static final EventCallback<Flow> READY =
            (fd, events, flow) -> flow.listener.onReady(flow.direction, events);

    private final Relay.Listener listener;
    private final Direction direction;

    /** The source; -1 while there is none. */
    private int source = -1;

    /** What the loop watches the source for, if it does. */
    private int interest;

    private boolean watched;

    /** The source sent EOF, or nothing can take its bytes any more. */
    private boolean ended;

    /** The source's peer reset the connection. */
    private boolean reset;

    /** Read and not yet written; null while the sink keeps up. Of the transfers. */
    NativeBuffer pending;

    /** The same of spliced bytes, also while the pipe is being filled and drained. */
    SplicePipe pipe;

    /** How many reads in a row, more or less, filled their buffer; of {@link SpliceTransfer}. */
    int fullReads;

    /** Full reads in a row from which a flow counts as bulk. */
    private int bulkFrom;

    Flow(Relay.Listener listener, Direction direction, ReadinessRelays thread) {
        super(thread);
        this.listener = listener;
        this.direction = direction;
    }

    /** Begins at this fd, which the loop does not watch yet. */
    void openSource(int fd, Splice splice) {
        source = fd;
        bulkFrom = splice.fullReads();
        fullReads = 0;
        ended = false;
        reset = false;
    }

    // The hot path

    /** Moves what the source has to the sink, until one of them blocks or the turn is over. */
    int pump(int events) throws ErrnoException {
        if (ended || isBlocked()) {
            return failure(events);
        }
        int outcome = isBulk() ? splice(events) : thread.copy().move(this, events);
        if (outcome == Outcome.MORE) {
            rearm();
        }
        return outcome;
    }

    private int splice(int events) {
        int outcome = thread.splice().move(this, events);
        return outcome == SpliceTransfer.READ ? thread.copy().move(this, events) : outcome;
    }

    /** The turn is over, and there may be more: an edge is not reported twice. */
    private void rearm() throws ErrnoException {
        if (watched && (interest & Events.EDGE) != 0) {
            interest = readInterest();
            thread.loop().mod(source, interest);
        }
    }

    /** Bulk is level-triggered, so that the next splice needs no rearming. */
    int readInterest() {
        return isBulk() ? Events.READ : thread.interests().read();
    }

    private boolean isBulk() {
        return fullReads >= bulkFrom;
    }

    /** The source gave no bytes but this result: 0 for EOF, or {@code -errno}. */
    int stopped(int result, int events) {
        if (result == 0 || reset) {
            ended = true;
            return Outcome.ENDED;
        }
        return result == -Errno.EAGAIN ? failure(events) : Outcome.RESET;
    }

    /** The loop reports errors also of a source that is not read from. */
    private int failure(int events) {
        boolean failed =
                (events & Events.ERROR) != 0 && thread.sockets().connectResult(source) != 0;
        return failed ? Outcome.RESET : Outcome.DRAINED;
    }

    // The slow path

    /** Asks a source that the loop does not watch for errors whether it has one. */
    int lookForFailure() {
        boolean heard = watched && interest != 0;
        return source >= 0 && !heard ? failure(Events.ERROR) : Outcome.DRAINED;
    }

    /** Writes what is pending, and then goes on reading; {@code events} as for {@link #pump}. */
    int flush(int events) throws ErrnoException {
        if (!isBlocked()) {
            return Outcome.DRAINED;
        }
        int outcome = pipe != null ? thread.splice().drain(this) : thread.copy().drain(this);
        return outcome == Outcome.DRAINED ? pump(events) : outcome;
    }

    /** The source's peer has reset the connection; what it sent before is still moved. */
    int drainAfterReset() throws ErrnoException {
        reset = true;
        if (isBlocked()) {
            return Outcome.BLOCKED;
        }
        return ended ? Outcome.ENDED : pump(0);
    }

    /** The sink is gone: what is pending is dropped, and nothing more is read. */
    void abandon() {
        ended = true;
        if (pending != null) {
            thread.copy().drop(this);
        }
        if (pipe != null) {
            thread.splice().drop(this);
        }
    }

    /**
     * Brings the interest in the source in line with what is to be done there.
     *
     * @param writable whether the other direction waits until the source can be written to
     */
    void updateInterest(boolean writable) throws ErrnoException {
        boolean reads = !ended && !isBlocked();
        int wanted = reads ? readInterest() : 0;
        if (writable) {
            wanted = reads ? Events.READ | Events.WRITE : Events.WRITE;
        }
        if (wanted == 0 && ended) {
            wanted = thread.interests().failure();
        }
        if (watched && wanted != interest) {
            thread.loop().mod(source, wanted);
            interest = wanted;
        }
    }

    /** Watches the source for this, whatever it was watched for before. */
    void watch(int interest) throws ErrnoException {
        if (!watched) {
            thread.loop().add(source, interest, READY, this);
        } else if (interest != this.interest) {
            thread.loop().mod(source, interest);
        }
        this.interest = interest;
        watched = true;
    }

    void unwatch() throws ErrnoException {
        if (watched) {
            watched = false;
            thread.loop().del(source);
        }
    }

    /**
     * Whether the sink's peer would take an EOF for the end, although it misses bytes or a reset.
     * Bytes that were not read yet are read for this, and lost.
     */
    boolean hasMore() {
        if (isBlocked() || ended || source < 0) {
            return isBlocked();
        }
        return !thread.copy().isEmpty(source);
    }

    /** Closes the source, if it is open. What is pending is dropped. */
    void close(boolean withReset) {
        abandon();
        if (source < 0) {
            return;
        }
        int fd = source;
        source = -1;
        try {
            if (watched) {
                watched = false;
                thread.loop().delBeforeClose(fd);
            }
        } catch (ErrnoException e) {
            LOG.error("cannot remove fd {} from the event loop; it is closed anyway", fd, e);
        } finally {
            if (withReset) {
                thread.sockets().reset(fd);
            } else {
                thread.sockets().close(fd);
            }
        }
    }

    /** Whether there are bytes that the sink has not taken yet. */
    boolean isBlocked() {
        return pending != null || pipe != null;
    }

    boolean wasReset() {
        return reset;
    }

    int source() {
        return source;
    }
}
