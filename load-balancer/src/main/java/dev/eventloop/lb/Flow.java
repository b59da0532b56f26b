package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.SplicePipe;

/**
 * One direction of a connection: from the fd where it begins, its source, to that of the opposite
 * flow, its sink.
 *
 * <p>What is read is written at once, from a buffer that the whole worker shares. Only if the sink
 * does not take all of it the flow keeps the buffer and stops reading, until the sink has taken the
 * rest. So a connection that is idle or keeps up holds no buffer, a blocked one 64 KiB a direction,
 * and interests change only when a write blocks.
 *
 * <p>What has proved to be bulk goes through a pipe instead, in the same way: {@link SplicePipe}.
 * The pipe is the whole worker's too, and a flow keeps it only while the sink is blocked. Whatever
 * is not plainly bytes, an end, an error, urgent data, nothing at all, a read finds out.
 */
final class Flow {
    /** A source that has more must let the other connections have their turn. */
    private static final int READS_PER_TURN = 4;

    private static final int SPLICED_PER_TURN = 1024 * 1024;

    /** What a read would have filled its buffer with. */
    private static final int FULL = Worker.BUFFER_SIZE;

    /** Enough for one short splice not to end it. */
    private static final int MOST_FULL_READS = Splice.AUTO.fullReads() + 1;

    /** Of what cannot be spliced. */
    private static final int NEVER = Integer.MIN_VALUE / 2;

    /**
     * A FIN, a RST or urgent data has come. Then only a read that gives no bytes says that they
     * were all: a read also ends at the mark of urgent data, see "out-of-band data" in tcp(7), and
     * behind it there may be more.
     */
    private static final int MORE_THAN_BYTES =
            Events.READ_HUP | Events.ERROR | Events.HUP | Events.URGENT;

    private final Connection connection;
    private final Worker worker;
    private Flow opposite;

    /** The source; -1 while there is none. */
    private int fd = -1;

    /** Whether the loop knows the source, and what it watches it for. */
    private boolean watched;

    private int interest;

    /** Read and not yet written; null while the sink keeps up. */
    private NativeBuffer pending;

    /** In its place, of what is spliced; also while it is being filled and drained. */
    private SplicePipe pipe;

    /** In a row, more or less: who has many of them is bulk. */
    private int fullReads;

    /**
     * Whether the sink sends at once, even if what it sent before was not acknowledged. That is
     * asked of it for the second write: the first waits for nobody, and often there is no other.
     */
    private boolean sendsAtOnce;

    /** The source sent its last byte. */
    private boolean ended;

    /** The source's peer reset the connection. */
    private boolean reset;

    /** The end was passed on to the sink, after the last byte. */
    private boolean passedEnd;

    /** Bytes that the sink took. */
    private long bytes;

    Flow(Connection connection, Worker worker) {
        this.connection = connection;
        this.worker = worker;
    }

    static void join(Flow one, Flow other) {
        one.opposite = other;
        other.opposite = one;
    }

    /** Begins at this fd, which the loop does not know yet. */
    void open(int fd) {
        this.fd = fd;
        fullReads = 0;
        sendsAtOnce = false;
        ended = false;
        reset = false;
        passedEnd = false;
        bytes = 0;
    }

    /** The source is ready. The hot path. */
    void onReady(int events) throws ErrnoException {
        if ((events & Events.WRITE) != 0) {
            opposite.flush();
        }
        if ((events & ~Events.WRITE) != 0 && isOpen()) {
            pump(events);
        }
    }

    /** Moves what the source has to the sink, until one of them blocks or the turn is over. */
    void pump(int events) throws ErrnoException {
        if (ended || isBlocked()) {
            hearFailure(events);
        } else if (!isBulk() || !splice(events)) {
            copy(events);
        } else {
            askAgain(); // a short splice may have been one for want of room in the pipe
        }
    }

    private void copy(int events) throws ErrnoException {
        for (int reads = 0; reads < READS_PER_TURN || reset; reads++) {
            NativeBuffer buffer = worker.scratch();
            int count = worker.sockets().read(fd, buffer);
            if (count == -Errno.EINTR) {
                continue;
            }
            if (count <= 0) {
                stopped(count, events);
                return;
            }
            boolean drained = buffer.writable() > 0;
            if (fullReads >= 0) {
                fullReads = drained ? 0 : fullReads + 1;
            }
            if (!pass(buffer)) {
                return;
            }
            if (drained && !mayBeMore(events)) {
                return; // a short read: a second one would say EAGAIN
            }
        }
        askAgain();
    }

    /** The turn is over, and there may be more: by edges nobody would tell of it once more. */
    private void askAgain() throws ErrnoException {
        if (watched && !ended && (interest & Events.EDGE) != 0) {
            interest = readInterest();
            worker.loop().mod(fd, interest);
        }
    }

    /** Bulk is told of by level, so that the next splice need not ask again. */
    private int readInterest() {
        return isBulk() ? Events.READ : worker.readInterest();
    }

    private boolean isBulk() {
        return fullReads >= worker.settings().splice().fullReads();
    }

    /** As {@link #copy}; false if a read must tell what there is. */
    private boolean splice(int events) throws ErrnoException {
        pipe = worker.pipes().take();
        if (pipe == null) {
            fullReads = 0; // tried again, but not at once
            return false;
        }
        boolean known = spliceThroughPipe(events);
        if (pipe != null && pipe.held() == 0) {
            givePipe();
        }
        return known;
    }

    private boolean spliceThroughPipe(int events) throws ErrnoException {
        int moved = 0;
        while (moved < SPLICED_PER_TURN || reset) {
            int count = pipe.fill(fd);
            if (count <= 0) {
                return isPlain(count, moved, events);
            }
            moved += count;
            fullReads = count < FULL ? Math.max(0, fullReads - 1) : MOST_FULL_READS;
            if (!drainPipe()) {
                return true;
            }
            if (count < FULL && !mayBeMore(events)) {
                return true; // what a short read is to copying
            }
        }
        return true;
    }

    /** Whether it is known why nothing was spliced, and dealt with. */
    private boolean isPlain(int result, int moved, int events) throws ErrnoException {
        if (result == -Errno.EAGAIN) {
            boolean expected = moved > 0 || (events & Events.READ) == 0;
            return expected && !mayBeMore(events);
        }
        if (result == -Errno.EINVAL) { // of a kind that cannot be spliced
            fullReads = NEVER;
        }
        if (result == 0 || result == -Errno.EINVAL || result == -Errno.EINTR) {
            return false;
        }
        givePipe(); // for who is reset is drained at once
        stopped(result, events); // an error is told once, so a read would not hear of it
        return true;
    }

    private boolean mayBeMore(int events) {
        return reset || (events & MORE_THAN_BYTES) != 0;
    }

    /** False if the sink did not take all of it, or failed. */
    private boolean drainPipe() throws ErrnoException {
        sendAtOnce();
        if (!taken(pipe.drain(opposite.fd))) {
            return false;
        }
        if (pipe.held() > 0) {
            connection.updateInterests();
            return false;
        }
        return true;
    }

    private void givePipe() {
        worker.pipes().give(pipe);
        pipe = null;
    }

    /** The sink was accepted from a listener that said so of all. */
    void sinkSendsAtOnce() {
        sendsAtOnce = true;
    }

    /** What is in the buffer, which is this flow's from now on, comes first. */
    void beginWith(NativeBuffer buffer) {
        pending = buffer;
    }

    /** Writes what came before there was a sink, if anything did, and then goes on. */
    void start() throws ErrnoException {
        if (pending == null) {
            pump(0);
        } else {
            flush();
            connection.updateInterests();
        }
    }

    /** Writes what is pending, and then goes on reading. */
    void flush() throws ErrnoException {
        if (!isBlocked() || !deliver()) {
            return;
        }
        if (ended) {
            passEnd();
        } else {
            pump(0); // if that blocks again the interests are right already
        }
        connection.updateInterests();
    }

    /** Whether the sink has taken all that was pending. */
    private boolean deliver() throws ErrnoException {
        if (pipe != null) {
            if (!taken(pipe.drain(opposite.fd)) || pipe.held() > 0) {
                return false;
            }
            givePipe();
        } else {
            if (!write(pending) || pending.readable() > 0) {
                return false;
            }
            worker.buffers().give(pending);
            pending = null;
        }
        return true;
    }

    /** The source's peer has reset the connection; what it sent before is still passed on. */
    void drainAfterReset() throws ErrnoException {
        reset = true;
        if (isBlocked()) {
            return; // flush goes on
        }
        if (ended) {
            passEnd();
        } else {
            pump(0);
        }
    }

    /** The sink is gone: what is pending is dropped, and nothing more is read. */
    void abandon() {
        ended = true;
        if (pending != null) {
            worker.buffers().give(pending);
            pending = null;
        }
        if (pipe != null) {
            givePipe();
        }
    }

    /** Tells the loop what to watch the source for, if that has changed. */
    void updateInterest() throws ErrnoException {
        boolean reads = !ended && !isBlocked();
        int wanted = reads ? readInterest() : 0;
        if (opposite.isBlocked()) {
            wanted = reads ? Events.READ | Events.WRITE : Events.WRITE;
        }
        if (wanted == 0 && ended) {
            wanted = worker.interestInFailure();
        }
        if (watched && wanted != interest) {
            worker.loop().mod(fd, wanted);
            interest = wanted;
        }
    }

    /** For the bytes that are to be moved. */
    void watchForBytes() throws ErrnoException {
        watch(readInterest());
    }

    void watch(int interest) throws ErrnoException {
        worker.loop().add(fd, interest, Worker.READY, this);
        this.interest = interest;
        watched = true;
    }

    void unwatch() throws ErrnoException {
        if (watched) {
            watched = false;
            worker.loop().del(fd);
        }
    }

    /** Closes the source, if it is open; with a reset or a FIN. What is pending is dropped. */
    void close(boolean withReset) {
        abandon();
        if (fd < 0) {
            return;
        }
        try {
            if (watched) {
                watched = false;
                worker.loop().delBeforeClose(fd);
            }
        } catch (ErrnoException e) { // the fd is closed all the same
            worker.log().error("fd {} cannot be deleted from its event loop", fd, e);
        }
        if (withReset) {
            worker.sockets().reset(fd);
        } else {
            worker.sockets().close(fd);
        }
        fd = -1;
    }

    /** False if the sink did not take all of it, or failed. */
    private boolean pass(NativeBuffer buffer) throws ErrnoException {
        if (!write(buffer)) {
            return false;
        }
        if (buffer.readable() > 0) {
            pending = worker.keepScratch();
            if (pending == null) {
                connection.outOfMemory();
            } else {
                connection.updateInterests();
            }
            return false;
        }
        return true;
    }

    /** False if the sink failed, which is then dealt with. */
    private boolean write(NativeBuffer buffer) throws ErrnoException {
        sendAtOnce();
        int count = worker.sockets().write(opposite.fd, buffer);
        if (count <= 0 && isFailure(count)) {
            buffer.clear();
        }
        return taken(count);
    }

    /** Counts what the sink took. False if it failed, which is then dealt with. */
    private boolean taken(int count) throws ErrnoException {
        if (count > 0) {
            if (bytes == 0) {
                connection.began(this);
            }
            bytes += count;
            connection.touch();
        } else if (isFailure(count)) {
            connection.wasReset(opposite);
            return false;
        }
        return true;
    }

    /** Before each write; see RFC 896 for what would wait otherwise, and for what. */
    private void sendAtOnce() {
        if (!sendsAtOnce && bytes > 0) {
            sendsAtOnce = true;
            worker.sockets().sendAtOnce(opposite.fd); // a unix-domain socket does so anyway
        }
    }

    private static boolean isFailure(int result) {
        return result != -Errno.EAGAIN && result != -Errno.EINTR;
    }

    /** The source gave no bytes. */
    private void stopped(int result, int events) throws ErrnoException {
        if (result == 0 || reset) {
            end();
        } else if (result == -Errno.EAGAIN) {
            hearFailure(events);
        } else {
            connection.wasReset(this);
        }
    }

    /** Asks the source whether it has failed; what is watched the loop tells. */
    void lookForFailure() throws ErrnoException {
        if (isOpen() && interest == 0) {
            hearFailure(Events.ERROR);
        }
    }

    /** The loop reports failures also of a source that is not read from. */
    private void hearFailure(int events) throws ErrnoException {
        if ((events & Events.ERROR) != 0 && worker.sockets().connectResult(fd) != 0) {
            connection.wasReset(this);
        }
    }

    private void end() throws ErrnoException {
        ended = true;
        connection.ended(this);
        passEnd();
    }

    private void passEnd() throws ErrnoException {
        passedEnd = true;
        connection.passedEnd(this);
    }

    Connection connection() {
        return connection;
    }

    /**
     * Whether there are bytes that the sink has not taken, or a reset that it has not heard of.
     * What nobody has read yet is read for this, and lost.
     */
    boolean hasMore() {
        if (isBlocked() || ended || !isOpen()) {
            return isBlocked();
        }
        NativeBuffer buffer = worker.scratch();
        int result = worker.sockets().read(fd, buffer);
        buffer.clear();
        return result != 0 && result != -Errno.EAGAIN;
    }

    /** Whether there are bytes that the sink has not taken yet. */
    private boolean isBlocked() {
        return pending != null || pipe != null;
    }

    boolean isOpen() {
        return fd >= 0;
    }

    int fd() {
        return fd;
    }

    Flow opposite() {
        return opposite;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean hasPassedEnd() {
        return passedEnd;
    }

    long bytes() {
        return bytes;
    }
}
