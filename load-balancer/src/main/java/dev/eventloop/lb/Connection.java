package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.Timer;
import dev.eventloop.lb.upstream.Attempts;
import dev.eventloop.lb.upstream.Backend;
import dev.eventloop.net.NativeAddress;
import java.time.Duration;

/**
 * A client's connection and the one to its backend, from accept to the one close with its one
 * reason: connect, trying other backends where one fails; relay in two {@link Flow}s; pass on FIN
 * and RST. Pooled, and confined to its worker's thread.
 */
final class Connection implements Runnable {
    private enum Phase {
        FREE,
        /** Who the client is, and whether it may come in, is to be found out. */
        INTRODUCTION,
        CONNECTING,
        RELAYING,
        /** One side has reset; the other still gets what was sent before, and then a reset. */
        RESETTING
    }

    /** How often to look whether the last bytes before a reset were acknowledged. */
    private static final Duration RESET_CHECK = Duration.ofMillis(5);

    /** How often to look whether a half-closed connection was reset; see {@link Worker}. */
    private static final Duration FAILURE_CHECK = Duration.ofSeconds(1);

    private final Worker worker;
    private final Flow up;
    private final Flow down;
    private final Timer timer;
    private final ClientAddress client = new ClientAddress();
    private final Tally tally;
    private final Introduction introduction;
    private final Dial dial;

    private Phase phase = Phase.FREE;

    /** The first flow that ended, or whose source was reset. */
    private Flow firstEnded;

    /** To the last backend that was tried. */
    private boolean wasConnected;

    private long id;

    /** How many bytes the survivor of a reset had not acknowledged at the last look. */
    private int unacknowledged;

    /** Neighbours among the connections in use, and the next on the free list. */
    Connection previous;

    Connection next;

    Connection(Worker worker) {
        this.worker = worker;
        this.up = new Flow(this, worker);
        this.down = new Flow(this, worker);
        Flow.join(up, down);
        this.timer = worker.loop().newTimer(this);
        this.tally = new Tally(worker);
        this.introduction = new Introduction(this, worker, up, timer);
        this.dial = new Dial(this, worker, down, timer);
    }

    /** A client was accepted. */
    void begin(long id, int clientFd, NativeAddress peer) {
        this.id = id;
        client.set(peer);
        tally.accepted();
        wasConnected = false;
        firstEnded = null;
        up.open(clientFd);
        phase = Phase.INTRODUCTION;
        dial.reset();
        try {
            introduction.start();
        } catch (Throwable e) { // whatever it is, it ends this connection and no other
            fail(e);
        }
    }

    /** It may come in. */
    void admitted() throws ErrnoException {
        phase = Phase.CONNECTING;
        dial.start();
    }

    /** It may not, or cannot be served. It is told by a reset: this is no empty answer. */
    void refused(CloseReason reason) {
        up.close(true);
        finish(reason);
    }

    /** It only wanted to know whether anybody is there. */
    void left() {
        up.close(false);
        finish(CloseReason.CLIENT_CLOSED);
    }

    /** An fd of this connection is ready; {@code flow} begins there. */
    void onReady(Flow flow, int events) {
        try {
            switch (phase) {
                case INTRODUCTION -> introduction.onReady();
                case CONNECTING -> dial.onReady(events);
                default -> flow.onReady(events);
            }
        } catch (Throwable e) { // whatever it is, it ends this connection and no other
            fail(e);
        }
    }

    /** The backend has accepted. */
    void connected() throws ErrnoException {
        startRelaying();
        down.updateInterest();
        up.start(); // most clients have spoken by now
    }

    /** The backend has accepted, and has reset the connection since. */
    void connectedThenReset() throws ErrnoException {
        startRelaying();
        wasReset(down);
    }

    private void startRelaying() throws ErrnoException {
        phase = Phase.RELAYING;
        wasConnected = true;
        tally.connected();
        startRelayTimer(settings().idleTimeout());
        up.watchForBytes();
        worker.connected(this);
    }

    /** A flow's first byte moved. */
    void began(Flow flow) {
        if (flow == down) {
            tally.firstByte();
        }
    }

    /** Bytes moved. */
    void touch() {
        tally.touch();
    }

    /** The flow's source sent its last byte. */
    void ended(Flow flow) {
        if (firstEnded == null) {
            firstEnded = flow;
        }
    }

    /** The flow's sink was given its last byte. */
    void passedEnd(Flow flow) throws ErrnoException {
        if (phase == Phase.RESETTING) {
            passReset();
        } else if (flow.opposite().hasPassedEnd()) {
            close(firstEnded == up ? CloseReason.CLIENT_CLOSED : CloseReason.BACKEND_CLOSED);
        } else {
            worker.sockets().shutdownWrite(flow.opposite().fd());
            touch();
            startRelayTimer(halfClosedTimeout());
            updateInterests();
        }
    }

    /** The peer at this flow's source reset the connection, or cannot be reached any more. */
    void wasReset(Flow flow) throws ErrnoException {
        if (phase == Phase.RESETTING) {
            if (flow != firstEnded) { // now the other side as well
                close(resetReason());
            }
            return;
        }
        phase = Phase.RESETTING;
        firstEnded = flow;
        unacknowledged = 0;
        flow.unwatch(); // it would be reported for ever
        touch();
        flow.opposite().abandon();
        timer.start(halfClosedTimeout());
        flow.drainAfterReset();
        updateInterests();
    }

    /** A reset throws away what the system has not sent yet, so that must be gone first. */
    private void passReset() throws ErrnoException {
        Flow survivor = firstEnded.opposite();
        if (!worker.hearsFailures()) {
            survivor.lookForFailure(); // who is gone acknowledges nothing
            if (phase != Phase.RESETTING) {
                return;
            }
        }
        int left = worker.sockets().unacknowledged(survivor.fd());
        if (left < unacknowledged) { // slow, but not silent
            touch();
        }
        unacknowledged = left;
        if (left > 0 && !isIdleFor(halfClosedTimeout())) {
            timer.start(RESET_CHECK);
            return;
        }
        survivor.close(true);
        close(resetReason());
    }

    void updateInterests() throws ErrnoException {
        if (phase == Phase.RELAYING || phase == Phase.RESETTING) {
            up.updateInterest();
            down.updateInterest();
        }
    }

    /**
     * The timer, started once per connection and change of phase, not per event: it looks when it
     * fires. Not a lambda, of which there would be one a connection.
     */
    @Override
    public void run() {
        try {
            switch (phase) {
                case INTRODUCTION -> introduction.onTimer();
                case CONNECTING -> dial.onTimer();
                case RELAYING -> onRelayTimer();
                case RESETTING -> onResetTimer();
                case FREE -> throw new IllegalStateException("the timer of a free connection");
            }
        } catch (Throwable e) { // whatever it is, it ends this connection and no other
            fail(e);
        }
    }

    private void onRelayTimer() throws ErrnoException {
        if (isHalfClosed() && !worker.hearsFailures()) {
            up.lookForFailure();
            down.lookForFailure();
            if (phase != Phase.RELAYING) {
                return;
            }
        }
        if (isTooOld()) {
            close(CloseReason.MAX_AGE);
            return;
        }
        boolean halfClosed = isHalfClosed();
        Duration limit = halfClosed ? halfClosedTimeout() : settings().idleTimeout();
        if (!isIdleFor(limit)) {
            startRelayTimer(limit.minusNanos(tally.nanosIdle()));
        } else if (halfClosed && limit.equals(settings().halfCloseTimeout())) {
            close(CloseReason.HALF_CLOSE_TIMEOUT);
        } else {
            close(CloseReason.IDLE_TIMEOUT);
        }
    }

    /**
     * Fires earlier where nobody but the timer hears that a peer, which has ended, resets; and when
     * the connection is too old.
     */
    private void startRelayTimer(Duration delay) {
        boolean look = isHalfClosed() && !worker.hearsFailures();
        Duration first = look ? least(delay, FAILURE_CHECK) : delay;
        Duration maxAge = settings().maxAge();
        if (!maxAge.isZero()) {
            Duration left = maxAge.minusNanos(tally.nanosOpen());
            first = least(first, left.isNegative() ? Duration.ZERO : left);
        }
        timer.start(first);
    }

    private boolean isTooOld() {
        Duration maxAge = settings().maxAge();
        return !maxAge.isZero() && tally.nanosOpen() >= maxAge.toNanos();
    }

    private boolean isHalfClosed() {
        return up.hasPassedEnd() || down.hasPassedEnd();
    }

    private void onResetTimer() throws ErrnoException {
        if (firstEnded.hasPassedEnd()) {
            passReset();
        } else if (isIdleFor(halfClosedTimeout())) {
            firstEnded.opposite().close(true);
            close(resetReason());
        } else {
            timer.start(halfClosedTimeout());
        }
    }

    private Duration halfClosedTimeout() {
        return least(settings().halfCloseTimeout(), settings().idleTimeout());
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private Settings settings() {
        return worker.settings();
    }

    private boolean isIdleFor(Duration limit) {
        return tally.nanosIdle() >= limit.toNanos();
    }

    private CloseReason resetReason() {
        return firstEnded == up ? CloseReason.CLIENT_RESET : CloseReason.BACKEND_RESET;
    }

    /**
     * Ends the connection now. Who misses bytes for it gets a reset, not what looks like the end.
     */
    void close(CloseReason reason) {
        boolean withReset = !wasConnected || phase == Phase.RESETTING;
        boolean clientMissesBytes = withReset || down.hasMore();
        boolean backendMissesBytes = withReset || up.hasMore();
        up.close(clientMissesBytes);
        down.close(backendMissesBytes);
        finish(reason);
    }

    /** There is no memory for bytes that have been read: nobody may take what follows for them. */
    void outOfMemory() {
        worker.outOfMemory();
        abort(CloseReason.OUT_OF_MEMORY);
    }

    /** What went wrong is not the traffic's fault: an error of the loop's, or a bug. */
    private void fail(Throwable e) {
        if (phase != Phase.FREE) {
            abort(
                    e instanceof OutOfMemoryError
                            ? CloseReason.OUT_OF_MEMORY
                            : CloseReason.INTERNAL_ERROR);
        }
        worker.logError("connection from " + client + " is closed because of an error", e);
    }

    private void abort(CloseReason reason) {
        up.close(true);
        down.close(true);
        finish(reason);
    }

    private void finish(CloseReason reason) {
        timer.cancel();
        settle();
        dial.end();
        introduction.end();
        worker.finished(this, reason);
        phase = Phase.FREE;
    }

    /** Tells its backend of the bytes that have moved since the last time. */
    void settle() {
        if (wasConnected) {
            tally.settle(backend(), up.bytes(), down.bytes());
        }
    }

    long id() {
        return id;
    }

    /** The one that it was connected to; null for none. */
    Backend backend() {
        return wasConnected ? attempts().last() : null;
    }

    /** The one that counts it, connected or not; null for none. */
    Backend acquired() {
        return dial.acquired();
    }

    /** -1 for none. */
    int backendFd() {
        return down.fd();
    }

    /** Null where there is none. */
    ProxyHeader header() {
        return introduction.header();
    }

    ClientAddress client() {
        return client;
    }

    Attempts attempts() {
        return dial.attempts();
    }

    boolean wasConnected() {
        return wasConnected;
    }

    long bytesUp() {
        return wasConnected ? up.bytes() : 0;
    }

    long bytesDown() {
        return wasConnected ? down.bytes() : 0;
    }

    /** Only if it was connected. */
    long nanosToConnect() {
        return tally.nanosToConnect();
    }

    /** -1 if the backend sent none. */
    long nanosToFirstByte() {
        return wasConnected && down.bytes() > 0 ? tally.nanosToFirstByte() : -1;
    }

    long nanosIdle() {
        return tally.nanosIdle();
    }

    long nanosOpen() {
        return tally.nanosOpen();
    }
}
