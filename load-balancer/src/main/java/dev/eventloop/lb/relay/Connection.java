package dev.eventloop.lb.relay;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.frontend.Bind;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.preface.ProxyHeader;
import dev.eventloop.net.NativeAddress;

/**
 * One client, from accept to the one close with its one reason. Knows the phases: {@link Preface},
 * {@link Dial}, then a {@link Relay}, which alone knows the file descriptors. A step of the relay
 * returns an {@link Outcome}; {@link #act} does what it asks for. After {@link #finish} the pool
 * may hand the connection to another client, and callers must not touch it: a method that may end
 * it returns whether it continues. Pooled; confined to its worker's thread.
 */
public final class Connection extends ClientConnection implements Relay.Listener, Runnable {
    private final RelayContext context;
    private final Relay relay;
    private final Timer timer;
    private final Preface preface;
    private final Dial dial;
    private final Endings endings = new Endings();

    private Phase phase = Phase.FREE;

    Connection(RelayContext context) {
        super(context);
        this.context = context;
        this.relay = context.relays().create(this);
        this.timer = context.loop().newTimer(this);
        this.preface = new Preface(this, context);
        this.dial = new Dial(this, context);
    }

    /** A client was accepted. */
    public void begin(long id, Bind bind, int clientFd, NativeAddress peer) {
        begin(id, bind, peer);
        endings.begin();
        relay.begin(clientFd);
        phase = Phase.PREFACE;
        dial.reset();
        try {
            preface.start();
        } catch (Throwable e) { // whatever it is, it ends this connection and no other
            fail(e);
        }
    }

    // Called by the event loop

    @Override
    public void onReady(Direction source, int events) {
        try {
            switch (phase) {
                case RELAYING, RESETTING -> step(source, events);
                case PREFACE -> preface.onReady();
                case CONNECTING -> dial.onReady(source, events);
                case FREE, CLOSING -> throw new IllegalStateException("an event in " + phase);
            }
        } catch (Throwable e) { // whatever it is, it ends this connection and no other
            fail(e);
        }
    }

    /** The timer of all phases. Not a lambda, which would add an object per connection. */
    @Override
    public void run() {
        try {
            switch (phase) {
                case PREFACE -> preface.onTimer();
                case CONNECTING -> dial.onTimer();
                case RELAYING -> onRelayTimer();
                case RESETTING -> Resetting.onTimer(this);
                case FREE, CLOSING -> throw new IllegalStateException("a timer in " + phase);
            }
        } catch (Throwable e) { // whatever it is, it ends this connection and no other
            fail(e);
        }
    }

    /** It is this connection's turn in the line in which it waits. */
    void onTurn() {
        try {
            if (phase == Phase.RESETTING) {
                Resetting.pass(this, context);
            } else {
                dial.onTurn();
            }
        } catch (Throwable e) { // whatever it is, it ends this connection and no other
            fail(e);
        }
    }

    // The hot path

    private void step(Direction source, int events) throws ErrnoException {
        if ((events & Events.WRITE) != 0) { // the source of one direction is the other's sink
            Direction other = source.opposite();
            if (!act(other, relay.flush(other))) {
                return;
            }
        }
        if ((events & ~Events.WRITE) != 0) {
            act(source, relay.pump(source, events));
        }
    }

    /** Does what the outcome of a step asks for; false if the connection has ended. */
    private boolean act(Direction direction, int outcome) throws ErrnoException {
        times().moved(relay.bytes(Direction.UP), relay.bytes(Direction.DOWN));
        return switch (outcome) {
            case Outcome.ENDED -> ended(direction);
            case Outcome.RESET -> wasReset(direction);
            case Outcome.FAILED -> wasReset(direction.opposite());
            case Outcome.NO_MEMORY -> outOfMemory();
            default -> true; // the relay waits for what it needs
        };
    }

    /** The source has sent EOF, and the sink has all bytes before it: passes the EOF on. */
    private boolean ended(Direction direction) throws ErrnoException {
        endings.passed(direction);
        if (phase == Phase.RESETTING) {
            return Resetting.pass(this, context);
        }
        if (endings.areBoth()) {
            close(endings.closeReason());
            return false;
        }
        times().touch();
        Timeouts.start(this, true);
        relay.shutdown(direction);
        return true;
    }

    /** The peer at the source has reset the connection, or cannot be reached any more. */
    private boolean wasReset(Direction direction) throws ErrnoException {
        if (phase == Phase.RESETTING) {
            if (direction == endings.first()) {
                return true;
            }
            close(endings.resetReason()); // the other side is reset too
            return false;
        }
        phase = Phase.RESETTING;
        endings.reset(direction);
        times().touch();
        Timeouts.startResetting(this);
        boolean goesOn = act(direction, relay.drainAfterReset(direction));
        if (goesOn) {
            relay.updateInterests();
        }
        return goesOn;
    }

    // Phases

    /** The preface has found the pool. */
    void routed(Pool pool) throws ErrnoException {
        phase = Phase.CONNECTING;
        setPool(pool);
        dial.tryNext();
    }

    /**
     * The backend has accepted.
     *
     * @param clientEvents of the client's socket so far: an edge is not reported twice
     */
    void connected(int clientEvents) throws ErrnoException {
        startRelaying();
        act(Direction.UP, relay.start(clientEvents)); // most clients have sent something by now
    }

    /** The backend has accepted, and has reset the connection since. */
    void connectedThenReset() throws ErrnoException {
        startRelaying();
        wasReset(Direction.DOWN);
    }

    private void startRelaying() throws ErrnoException {
        phase = Phase.RELAYING;
        markConnected();
        Timeouts.start(this, false);
        relay.watchForBytes(Direction.UP);
        context.host().connected(this);
    }

    private void onRelayTimer() throws ErrnoException {
        boolean halfClosed = endings.isAny();
        if (halfClosed && !relay.reportsFailures()) {
            boolean goesOn =
                    act(Direction.UP, relay.lookForFailure(Direction.UP))
                            && act(Direction.DOWN, relay.lookForFailure(Direction.DOWN));
            if (!goesOn || phase != Phase.RELAYING) {
                return;
            }
        }
        CloseReason reason = Timeouts.check(this, halfClosed);
        if (reason != null) {
            close(reason);
        }
    }

    // The end

    /** No memory to keep bytes that were read: resets, since the stream would miss them. */
    boolean outOfMemory() {
        context.host().outOfMemory();
        abort(CloseReason.OUT_OF_MEMORY);
        return false;
    }

    /**
     * Closes both sides now: with FIN, or with RST if the peer misses bytes and would take a FIN
     * for the end of the stream.
     */
    public void close(CloseReason reason) {
        try {
            end(reason, !wasConnected() || phase == Phase.RESETTING);
        } catch (Throwable e) { // whatever it is, it ends this connection and no other
            fail(e);
        }
    }

    /** Closes both sides with RST: the client would take a FIN for an empty response. */
    void abort(CloseReason reason) {
        end(reason, true);
    }

    /** Closes both sides, by RST or by FIN. */
    void end(CloseReason reason, boolean withReset) {
        phase = Phase.CLOSING;
        if (withReset ? relay.reset() : relay.close()) {
            finish(reason);
        }
    }

    /** A system call failed unexpectedly, or there is a bug. */
    private void fail(Throwable e) {
        if (phase != Phase.FREE) {
            boolean memory = e instanceof OutOfMemoryError;
            abort(memory ? CloseReason.OUT_OF_MEMORY : CloseReason.INTERNAL_ERROR);
        }
        RelayContext.logError("connection from " + client() + " is reset because of an error", e);
    }

    private void finish(CloseReason reason) {
        timer.cancel();
        WaitingLine.leave(this);
        settle();
        dial.end();
        preface.end();
        phase = Phase.FREE;
        context.host().finished(this, reason);
    }

    /** Whether it is some client's. */
    public boolean isOpen() {
        return phase != Phase.FREE;
    }

    /** The backend that counts it, connected or not; null for none. */
    public Backend acquired() {
        return dial.acquired();
    }

    @Override
    public Relay relay() {
        return relay;
    }

    /** One for all phases. */
    Timer timer() {
        return timer;
    }

    Endings endings() {
        return endings;
    }

    /** Null if there is none. */
    ProxyHeader header() {
        return preface.header();
    }
}
