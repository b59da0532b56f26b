package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.SocketConstants;
import java.nio.ByteBuffer;

/**
 * A stream socket, of TCP or of the unix domain: what tcp(7), unix(7) and the kernel's tcp_poll and
 * unix_poll promise.
 */
final class StreamSocket extends OpenFile {
    private enum State {
        FRESH,
        LISTENING,
        CONNECTING,
        CONNECTED,

        /** Once connected, or about to, and now without a connection. */
        DEAD,

        /** The last descriptor is closed; the connection may live on to deliver what was sent. */
        GONE
    }

    private final boolean unix;
    private final SocketOptions socketOptions;
    private final Inbox inbox = new Inbox();
    private State state = State.FRESH;
    private Endpoint local = Endpoint.nameless();
    private Endpoint remote = Endpoint.nameless();
    private Backlog backlog;
    private Wire out;
    private StreamSocket peer;
    private int error;
    private boolean writeShut;

    /** The application met a full buffer: it is told when there is room. */
    private boolean wantsRoom;

    StreamSocket(World world, boolean unix) {
        this(world, unix, new SocketOptions(world.options.socketBuffer()));
    }

    private StreamSocket(World world, boolean unix, SocketOptions socketOptions) {
        super(world);
        this.unix = unix;
        this.socketOptions = socketOptions;
    }

    /** Two sockets of the unix domain, connected. */
    static StreamSocket[] pair(World world) {
        StreamSocket[] pair = {new StreamSocket(world, true), new StreamSocket(world, true)};
        join(pair[0], pair[1]);
        pair[0].state = State.CONNECTED;
        pair[1].state = State.CONNECTED;
        return pair;
    }

    static void join(StreamSocket one, StreamSocket other) {
        one.peer = other;
        other.peer = one;
        one.out = new Wire(one, other, one.unix);
        other.out = new Wire(other, one, one.unix);
    }

    // What the application does

    int bind(Endpoint address) {
        if (state != State.FRESH || isNamed()) {
            return -Errno.EINVAL;
        }
        return world.network.bind(this, address);
    }

    int listen(int limit) {
        if (state != State.FRESH || !isNamed()) {
            return -Errno.EINVAL;
        }
        backlog = new Backlog(limit);
        state = State.LISTENING;
        return 0;
    }

    /** A connection; null for none. */
    StreamSocket accept() {
        return backlog.poll();
    }

    int connect(Endpoint target) {
        return switch (state) {
            case FRESH, DEAD -> Handshake.begin(this, Network.reachable(target));
            case CONNECTING -> -Errno.EALREADY;
            default -> -Errno.EISCONN;
        };
    }

    @Override
    int read(ByteBuffer target) {
        if (state == State.FRESH || state == State.LISTENING) {
            return -Errno.ENOTCONN;
        }
        if (inbox.size() > 0) {
            int count = inbox.take(target);
            windowGrew();
            return count;
        }
        inbox.passMark();
        if (!inbox.hasFin() && error != 0) { // behind a FIN the end is the end: SOCK_DONE of Linux
            return -takeError();
        }
        return isReadEnded() ? 0 : -Errno.EAGAIN;
    }

    private void windowGrew() {
        if (unix) {
            peer.roomGrew();
        } else {
            peer.out.transmit();
        }
    }

    @Override
    int write(ByteBuffer source) {
        if (state == State.CONNECTING) {
            return -Errno.EAGAIN;
        }
        if (error != 0 && !unix) {
            return -takeError();
        }
        if (state != State.CONNECTED || writeShut) {
            return state == State.FRESH ? -Errno.ENOTCONN : -Errno.EPIPE;
        }
        int count = Math.min(source.remaining(), room());
        if (count <= 0) {
            wantsRoom = true;
            return source.hasRemaining() ? -Errno.EAGAIN : 0;
        }
        out.send(source, count);
        return count;
    }

    /** Whether an urgent byte is next. */
    boolean isAtMark() {
        return inbox.isAtMark();
    }

    void sendUrgent(byte value) {
        out.sendUrgent(value);
    }

    /** MSG_PEEK. */
    int peek(ByteBuffer target) {
        return inbox.size() > 0 ? inbox.peek(target) : read(target);
    }

    /** MSG_OOB. */
    int receiveUrgent(ByteBuffer target) {
        return inbox.takeUrgent(target);
    }

    int shutdown(boolean reading, boolean writing) {
        if (unix && state == State.DEAD) {
            return 0; // a unix-domain socket stays what it was when its peer is gone
        }
        if (state != State.CONNECTED || isClosedOnBothSides()) {
            return -Errno.ENOTCONN;
        }
        if (reading) {
            inbox.shut();
        }
        if (writing && !writeShut) {
            writeShut = true;
            out.finish();
        }
        wake(PollBits.ANY);
        return 0;
    }

    /** The last descriptor is closed. */
    @Override
    void released() {
        State before = state;
        state = State.GONE;
        world.network.release(this);
        if (before == State.LISTENING) {
            for (StreamSocket each = backlog.poll(); each != null; each = backlog.poll()) {
                each.abandoned();
            }
        } else if (before == State.CONNECTED) {
            if (unix) {
                peer.peerIsGone(inbox.size() > 0);
            } else if (inbox.size() > 0 || socketOptions.resetsOnClose()) { // RFC 2525, 2.17
                answerWithReset();
            } else if (!writeShut) {
                writeShut = true;
                out.finish();
            }
        }
        inbox.discard();
        if (before == State.CONNECTED && !unix) {
            peer.out.transmit(); // the window of who is gone is open: what comes is answered by RST
        }
    }

    /** The listener is closed, and nobody will ever accept this. */
    private void abandoned() {
        state = State.GONE;
        if (unix) {
            peer.peerIsGone(true);
        } else {
            answerWithReset();
        }
    }

    /** The network, or the peer's machine, cuts the connection. */
    void cut() {
        if (state == State.CONNECTED && !unix) {
            out.reset();
            resetArrived();
        }
    }

    // What comes from elsewhere

    void bound(Endpoint address) {
        local = address;
    }

    /** The listener's end of a new connection. */
    StreamSocket child(Endpoint at, Endpoint client) {
        StreamSocket child = new StreamSocket(world, unix, socketOptions.inherited());
        child.local = at;
        child.remote = client;
        child.state = State.CONNECTED;
        return child;
    }

    /** The handshake of a child is over. */
    void completed(StreamSocket child) {
        if (state != State.LISTENING) {
            child.abandoned();
            return;
        }
        backlog.complete(child);
        wake(PollBits.IN);
    }

    void connecting(Endpoint from, Endpoint target) {
        if (!isNamed()) {
            local = from;
        }
        remote = target;
        error = 0;
        state = State.CONNECTING;
    }

    void connected() {
        state = State.CONNECTED;
        wake(PollBits.ANY);
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

    void arrived(ByteBuffer bytes, int count) {
        if (state == State.CONNECTED) {
            inbox.put(bytes, count);
            wake(PollBits.IN);
        }
    }

    void urgentArrived(byte value) {
        inbox.putUrgent(value);
        wake(PollBits.IN | PollBits.PRI);
    }

    /** Whoever has been reset meanwhile does not hear of it any more. */
    void finArrived() {
        if (state == State.CONNECTED) {
            inbox.putFin(true);
            wake(PollBits.ANY);
        }
    }

    /** Behind a FIN it is EPIPE: Linux's tcp_reset. */
    void resetArrived() {
        if (state == State.CONNECTED && !isClosedOnBothSides()) {
            die(inbox.hasFin() ? Errno.EPIPE : Errno.ECONNRESET);
        } else if (state == State.CONNECTING) {
            die(Errno.ECONNREFUSED);
        }
    }

    /** TIME_WAIT, more or less. */
    private boolean isClosedOnBothSides() {
        return !unix && inbox.hasFin() && out != null && out.isFinished();
    }

    /** Something came for a socket that nobody has any more. */
    void answerWithReset() {
        out.reset();
        peer.out.cut();
    }

    /** A unix-domain peer was closed, perhaps with bytes of ours unread. */
    private void peerIsGone(boolean unread) {
        if (unread) {
            error = Errno.ECONNRESET;
        }
        inbox.putFin(!unread); // an error comes before the end
        state = state == State.CONNECTED ? State.DEAD : state;
        wake(PollBits.ANY);
    }

    /** Bytes of ours were acknowledged or, of the unix domain, read. */
    void roomGrew() {
        if (wantsRoom && isWritable()) {
            wantsRoom = false;
            wake(PollBits.OUT);
        }
    }

    private void die(int errno) {
        state = State.DEAD;
        error = errno;
        if (out != null) {
            out.cut();
        }
        wake(PollBits.ANY);
    }

    // What can be said of it

    @Override
    int readiness() {
        if (state == State.LISTENING) {
            return backlog.size() > 0 ? PollBits.IN : 0;
        }
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
        if (state != State.CONNECTED || (isReadEnded() && writeShut)) {
            bits |= PollBits.HUP;
        }
        if (inbox.hasUrgent()) {
            bits |= PollBits.PRI;
        }
        return bits | outBit();
    }

    /** Who is told that there is no room is told once there is: SOCK_NOSPACE of Linux. */
    private int outBit() {
        if (state != State.CONNECTED || writeShut || isWritable()) {
            return PollBits.OUT;
        }
        wantsRoom = true;
        return 0;
    }

    /** TCP wants a third of the buffer free, the unix domain three quarters: sk_stream_wspace. */
    private boolean isWritable() {
        int used = out.outstanding();
        int capacity = socketOptions.sendBuffer();
        return unix ? used * 4L <= capacity : capacity - used >= used / 2;
    }

    @Override
    int available() {
        return state == State.LISTENING ? backlog.size() : inbox.size();
    }

    @Override
    int room() {
        return state == State.CONNECTED ? socketOptions.sendBuffer() - out.outstanding() : 0;
    }

    @Override
    boolean isReadEnded() {
        return inbox.isEnded() || state == State.DEAD;
    }

    @Override
    boolean isWriteEnded() {
        return writeShut || state == State.DEAD;
    }

    @Override
    int pendingError() {
        return error;
    }

    int takeError() {
        int taken = error;
        error = 0;
        return taken;
    }

    /** How many more bytes may come. */
    int window() {
        return isGone() || state == State.DEAD
                ? Integer.MAX_VALUE / 2
                : socketOptions.receiveBuffer() - inbox.size();
    }

    int unacknowledged() {
        return out == null || unix ? 0 : out.outstanding();
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

    boolean isGone() {
        return state == State.GONE;
    }

    boolean isUnix() {
        return unix;
    }

    private boolean isNamed() {
        return local.inet() != null || !local.path().isEmpty();
    }

    boolean sharesPort() {
        return socketOptions.get(SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT) != 0;
    }

    boolean dropsHandshakes() {
        return socketOptions.dropsHandshakes();
    }

    SocketOptions options() {
        return socketOptions;
    }

    Backlog backlog() {
        return backlog;
    }

    Wire out() {
        return out;
    }

    Endpoint local() {
        return local;
    }

    /** Whom accept(2) names, even if that has gone meanwhile. */
    Endpoint peerName() {
        return remote;
    }

    /** Whether the end of the stream is told for the first time. */
    boolean tellsEnd(int count) {
        return inbox.tellsEnd(count);
    }

    /** Null where there is none. */
    Endpoint remote() {
        return state == State.CONNECTED || inbox.hasFin() ? remote : null;
    }
}
