package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/**
 * The connection state of one socket: its two halves, its pending error, and what arrives from the
 * peer or the network.
 */
final class Connection {
    private enum State {
        FRESH,
        LISTENING,
        CONNECTING,
        CONNECTED,

        /** Reset, refused or timed out; or of the unix domain, and the peer was closed. */
        DEAD,

        /** The last descriptor is closed; the connection may go on to deliver what was sent. */
        CLOSED
    }

    private final StreamSocket socket;
    private final boolean unix;
    private final SocketOptions options;
    final Inbox inbox = new Inbox();
    final Outbox outbox;
    private State state = State.FRESH;
    private Connection peer;
    private int error;

    Connection(StreamSocket socket, SocketOptions options) {
        this.socket = socket;
        this.unix = socket.isUnix();
        this.options = options;
        this.outbox = new Outbox(unix, options);
    }

    static void join(Connection one, Connection other) {
        one.peer = other;
        other.peer = one;
        one.outbox.attach(new Wire(one, other, one.unix));
        other.outbox.attach(new Wire(other, one, one.unix));
    }

    World world() {
        return socket.world;
    }

    // Transitions

    void listening() {
        state = State.LISTENING;
    }

    void connecting() {
        error = 0;
        state = State.CONNECTING;
    }

    /** Created connected: a listener's child, or one of a pair. */
    void established() {
        state = State.CONNECTED;
    }

    void connected() {
        state = State.CONNECTED;
        socket.wake(PollBits.ANY);
    }

    void refused() {
        if (state == State.CONNECTING) {
            die(Errno.ECONNREFUSED);
        }
    }

    void timedOut() {
        if (state == State.CONNECTING) {
            die(Errno.ETIMEDOUT);
        }
    }

    /** The last descriptor is closed. */
    void close() {
        boolean wasConnected = state == State.CONNECTED;
        state = State.CLOSED;
        if (wasConnected) {
            finishOrReset();
        }
        inbox.discard();
        if (wasConnected && !unix) {
            // The window of a closed socket is open: whatever comes is answered with RST.
            peer.outbox.wire().transmit();
        }
    }

    private void finishOrReset() {
        if (unix) {
            peer.peerClosed(inbox.size() > 0);
        } else if (inbox.size() > 0 || options.resetsOnClose()) { // RFC 2525, 2.17
            reset();
        } else {
            outbox.shut();
        }
    }

    /** The listener was closed before it accepted this. */
    void abandon() {
        state = State.CLOSED;
        if (unix) {
            peer.peerClosed(true);
        } else {
            reset();
        }
    }

    /** The network, or the peer's machine, resets the connection. */
    void cut() {
        if (state == State.CONNECTED && !unix) {
            outbox.wire().reset();
            resetArrived();
        }
    }

    /** Sends RST; also the answer to bytes for a closed socket. */
    void reset() {
        outbox.wire().reset();
        peer.outbox.cut();
    }

    private void die(int errno) {
        state = State.DEAD;
        error = errno;
        outbox.cut();
        socket.wake(PollBits.ANY);
    }

    // Arrivals

    void arrived(ByteBuffer bytes, int count) {
        if (state == State.CONNECTED) {
            inbox.put(bytes, count);
            socket.wake(PollBits.IN);
        }
    }

    void urgentArrived(byte value) {
        inbox.putUrgent(value);
        socket.wake(PollBits.IN | PollBits.PRI);
    }

    /** Ignored after a reset. */
    void finArrived() {
        if (state == State.CONNECTED) {
            inbox.putFin(true);
            socket.wake(PollBits.ANY);
        }
    }

    /** After a FIN the error is EPIPE: Linux's tcp_reset. */
    void resetArrived() {
        if (state == State.CONNECTED && !isClosedOnBothSides()) {
            die(inbox.hasFin() ? Errno.EPIPE : Errno.ECONNRESET);
        } else if (state == State.CONNECTING) {
            die(Errno.ECONNREFUSED);
        }
    }

    /**
     * The peer in the unix domain was closed.
     *
     * @param unread whether it had not read all bytes
     */
    private void peerClosed(boolean unread) {
        if (unread) {
            error = Errno.ECONNRESET;
        }
        inbox.putFin(!unread); // a read reports the error before EOF
        state = state == State.CONNECTED ? State.DEAD : state;
        socket.wake(PollBits.ANY);
    }

    /** The peer acknowledged bytes or, in the unix domain, read them. */
    void roomGrew() {
        if (outbox.takeWantedRoom()) {
            socket.wake(PollBits.OUT);
        }
    }

    /** The application has read: the peer may send more. */
    void windowGrew() {
        if (unix) {
            peer.roomGrew();
        } else {
            peer.outbox.wire().transmit();
        }
    }

    // Queries

    /** {@link PollBits}, as tcp_poll and unix_stream_poll compute them. */
    int readiness() {
        int bits = error != 0 ? PollBits.ERR : 0;
        if (state == State.CONNECTING) {
            return bits;
        }
        if (isReadEnded()) {
            bits |= PollBits.IN | PollBits.RDHUP;
        }
        if (inbox.size() > 0) {
            bits |= PollBits.IN;
        }
        if (state != State.CONNECTED || (isReadEnded() && outbox.isShut())) {
            bits |= PollBits.HUP;
        }
        if (inbox.hasUrgent()) {
            bits |= PollBits.PRI;
        }
        boolean writeFails = state != State.CONNECTED || outbox.isShut();
        return writeFails || outbox.pollWritable() ? bits | PollBits.OUT : bits;
    }

    /** How many more bytes the peer may send. A closed socket takes, and discards, any number. */
    int window() {
        return state == State.CLOSED || state == State.DEAD
                ? Integer.MAX_VALUE / 2
                : options.receiveBuffer() - inbox.size();
    }

    int room() {
        return state == State.CONNECTED ? outbox.room() : 0;
    }

    boolean isReadEnded() {
        return inbox.isEnded() || state == State.DEAD;
    }

    boolean isWriteEnded() {
        return outbox.isShut() || state == State.DEAD;
    }

    /** Both FINs have arrived: the TIME_WAIT of TCP. */
    boolean isClosedOnBothSides() {
        return !unix && inbox.hasFin() && outbox.isFinished();
    }

    int error() {
        return error;
    }

    int takeError() {
        int taken = error;
        error = 0;
        return taken;
    }

    boolean isFresh() {
        return state == State.FRESH;
    }

    boolean isListening() {
        return state == State.LISTENING;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    boolean isConnected() {
        return state == State.CONNECTED;
    }

    boolean isDead() {
        return state == State.DEAD;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }
}
