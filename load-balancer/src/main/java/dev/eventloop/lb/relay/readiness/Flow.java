package dev.eventloop.lb.relay.readiness;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.lb.Splice;
import dev.eventloop.lb.relay.Direction;
import dev.eventloop.lb.relay.Outcome;
import dev.eventloop.lb.relay.Relay;
import dev.eventloop.lb.relay.TransferMemory;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One direction of a connection: from its source to its {@link Sink}, by {@link CopyTransfer} or,
 * for bulk, {@link SpliceTransfer}. If the sink blocks, the flow stops reading until the sink has
 * taken what is pending; so interests change only when a write blocks.
 */
final class Flow {
    private static final Logger LOG = LoggerFactory.getLogger(Flow.class);

    /** After this, a source with more bytes must yield to other connections. */
    private static final int READS_PER_TURN = 4;

    /**
     * EOF, an error or urgent data. Then only a read that returns no bytes shows that the source is
     * drained: a read also stops at the mark of urgent data, "out-of-band data" in tcp(7), and more
     * bytes may follow.
     */
    private static final int MORE_THAN_BYTES =
            Events.READ_HUP | Events.ERROR | Events.HUP | Events.URGENT;

    /** Every fd of every connection. */
    private static final EventCallback<Flow> READY =
            (fd, events, flow) -> flow.listener.onReady(flow.direction, events);

    private final Relay.Listener listener;
    private final Direction direction;
    private final EventLoop loop;
    private final Sockets sockets;
    private final Interests interests;
    private final Sink sink;
    private final CopyTransfer copy;
    private final SpliceTransfer splice;

    /** The source; -1 while there is none. */
    private int source = -1;

    /** Whether the loop watches the source, and what for. */
    private boolean watched;

    private int interest;

    /** The source sent EOF, or nothing can take its bytes any more. */
    private boolean ended;

    /** The source's peer reset the connection. */
    private boolean reset;

    Flow(
            Relay.Listener listener,
            Direction direction,
            EventLoop loop,
            Sockets sockets,
            Interests interests,
            TransferMemory memory) {
        this.listener = listener;
        this.direction = direction;
        this.loop = loop;
        this.sockets = sockets;
        this.interests = interests;
        this.sink = new Sink(sockets);
        this.copy = new CopyTransfer(sockets, memory, sink);
        this.splice = new SpliceTransfer(memory, sink);
    }

    /** Starts with this source, which the loop does not watch yet. */
    void open(int source, Splice splice) {
        this.source = source;
        this.splice.begin(splice);
        ended = false;
        reset = false;
    }

    /**
     * Moves what the source has to the sink, until one of them blocks or the turn is over. The hot
     * path.
     */
    int pump(int events) throws ErrnoException {
        if (ended || isBlocked()) {
            return failure(events);
        }
        int outcome = splice.isBulk() ? splice(events) : copy(events);
        if (outcome == Outcome.MORE) {
            rearm();
        }
        return outcome;
    }

    private int copy(int events) throws ErrnoException {
        for (int reads = 0; reads < READS_PER_TURN || reset; reads++) {
            int outcome = copy.move(source);
            if (outcome == Outcome.ENDED) {
                if (copy.readResult() == -Errno.EINTR) {
                    continue;
                }
                return stopped(copy.readResult(), events);
            }
            splice.sawRead(!copy.wasShort());
            if (outcome != Outcome.MORE) {
                return outcome;
            }
            if (copy.wasShort() && !mayBeMore(events)) {
                return Outcome.DRAINED; // a second read would return EAGAIN
            }
        }
        return Outcome.MORE;
    }

    private int splice(int events) throws ErrnoException {
        boolean readable = (events & Events.READ) != 0;
        int outcome = splice.move(source, reset, readable, mayBeMore(events));
        if (outcome == SpliceTransfer.READ) {
            return copy(events);
        }
        return outcome == Outcome.RESET ? stopped(splice.result(), events) : outcome;
    }

    private boolean mayBeMore(int events) {
        return reset || (events & MORE_THAN_BYTES) != 0;
    }

    /** The turn is over, and there may be more: an edge is not reported twice. */
    private void rearm() throws ErrnoException {
        if (watched && !ended && (interest & Events.EDGE) != 0) {
            interest = readInterest();
            loop.mod(source, interest);
        }
    }

    /** Bulk is level-triggered, so that the next splice needs no rearming. */
    private int readInterest() {
        return splice.isBulk() ? Events.READ : interests.read();
    }

    /** The read returned no bytes. */
    private int stopped(int result, int events) {
        if (result == 0 || reset) {
            ended = true;
            return Outcome.ENDED;
        }
        return result == -Errno.EAGAIN ? failure(events) : Outcome.RESET;
    }

    /** The loop reports errors even without READ interest. */
    private int failure(int events) {
        boolean failed = (events & Events.ERROR) != 0 && sockets.connectResult(source) != 0;
        return failed ? Outcome.RESET : Outcome.DRAINED;
    }

    /** Asks a source that the loop does not watch for errors whether it has one. */
    int lookForFailure() {
        return isOpen() && interest == 0 ? failure(Events.ERROR) : Outcome.DRAINED;
    }

    /** Writes what is pending, then continues to read. */
    int flush() throws ErrnoException {
        if (!isBlocked()) {
            return Outcome.DRAINED;
        }
        int outcome = splice.isPending() ? splice.drain() : copy.drain();
        return outcome == Outcome.DRAINED ? pump(0) : outcome;
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
        copy.drop();
        splice.drop();
    }

    /** Writes the bytes in this buffer first. */
    void beginWith(NativeBuffer buffer) {
        copy.beginWith(buffer);
    }

    /**
     * Sets the interest in the source to what the flow waits for.
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
            wanted = interests.failure();
        }
        if (watched && wanted != interest) {
            loop.mod(source, wanted);
            interest = wanted;
        }
    }

    void watchForBytes() throws ErrnoException {
        watch(readInterest());
    }

    void watch(int interest) throws ErrnoException {
        loop.add(source, interest, READY, this);
        this.interest = interest;
        watched = true;
    }

    void unwatch() throws ErrnoException {
        if (watched) {
            watched = false;
            loop.del(source);
        }
    }

    /**
     * Whether the sink's peer misses bytes or a reset, and would take an EOF for the end. Reads
     * bytes from the source to find out, and discards them.
     */
    boolean hasMore() {
        if (isBlocked() || ended || !isOpen()) {
            return isBlocked();
        }
        return !copy.isEmpty(source);
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
                loop.delBeforeClose(fd);
            }
        } catch (ErrnoException e) {
            LOG.error("cannot remove fd {} from the event loop; it is closed anyway", fd, e);
        } finally {
            if (withReset) {
                sockets.reset(fd);
            } else {
                sockets.close(fd);
            }
        }
    }

    /** Whether there are bytes that the sink has not taken yet. */
    boolean isBlocked() {
        return copy.isPending() || splice.isPending();
    }

    boolean isOpen() {
        return source >= 0;
    }

    int source() {
        return source;
    }

    Sink sink() {
        return sink;
    }
}
