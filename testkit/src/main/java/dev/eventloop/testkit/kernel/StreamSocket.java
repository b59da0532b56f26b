package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import dev.eventloop.libc.SocketConstants;
import java.nio.ByteBuffer;

/**
 * A stream socket, of TCP or of the unix domain, as tcp(7) and unix(7) describe it: what system
 * calls do with it. Its {@link Connection} holds the state and handles what arrives.
 */
final class StreamSocket extends Socket {
    private final boolean unix;
    private final Connection connection;
    private Endpoint local = Endpoint.nameless();
    private Endpoint remote = Endpoint.nameless();

    /** Null unless the socket listens. */
    private Backlog backlog;

    StreamSocket(World world, boolean unix) {
        this(world, unix, new SocketOptions(world.options.socketBuffer()));
    }

    private StreamSocket(World world, boolean unix, SocketOptions options) {
        super(world, options);
        this.unix = unix;
        this.connection = new Connection(this, options);
    }

    /** socketpair(2): two connected sockets of the unix domain. */
    static StreamSocket[] pair(World world) {
        StreamSocket[] pair = {new StreamSocket(world, true), new StreamSocket(world, true)};
        Connection.join(pair[0].connection, pair[1].connection);
        pair[0].connection.established();
        pair[1].connection.established();
        return pair;
    }

    // Connecting and accepting

    /** bind(2). */
    @Override
    int bind(Endpoint address) {
        if (!connection.isFresh() || isNamed()) {
            return -Errno.EINVAL;
        }
        return world.network.bind(this, address);
    }

    /** The network has assigned the address. */
    @Override
    void bound(Endpoint address) {
        local = address;
    }

    /** listen(2). */
    int listen(int limit) {
        if (!connection.isFresh() || !isNamed()) {
            return -Errno.EINVAL;
        }
        backlog = new Backlog(limit);
        connection.listening();
        return 0;
    }

    /** The oldest connection of the backlog; null for none. */
    StreamSocket accept() {
        return backlog.poll();
    }

    /** connect(2). */
    @Override
    int connect(Endpoint target) {
        if (connection.isFresh() || connection.isDead()) {
            return Handshake.begin(this, Network.reachable(target));
        }
        return connection.isConnecting() ? -Errno.EALREADY : -Errno.EISCONN;
    }

    /** A handshake begins. */
    void connecting(Endpoint from, Endpoint target) {
        if (!isNamed()) {
            local = from;
        }
        remote = target;
        connection.connecting();
    }

    /** The listener's end of a new connection. */
    StreamSocket child(Endpoint at, Endpoint client) {
        StreamSocket child = new StreamSocket(world, unix, options().inherited());
        child.local = at;
        child.remote = client;
        child.connection.established();
        return child;
    }

    /** The handshake of a child is complete. */
    void completed(StreamSocket child) {
        if (!isListening()) {
            child.connection.abandon();
            return;
        }
        backlog.complete(child);
        wake(PollBits.IN);
    }

    // Sending and receiving

    /** recv(2). */
    @Override
    int read(ByteBuffer target) {
        if (connection.isFresh() || isListening()) {
            return -Errno.ENOTCONN;
        }
        Inbox inbox = connection.inbox;
        if (inbox.size() > 0) {
            int count = inbox.take(target);
            connection.windowGrew();
            return count;
        }
        inbox.passMark();
        boolean failed = connection.error() != 0;
        if (failed && !inbox.hasFin()) { // after a FIN it is EOF all the same: SOCK_DONE of Linux
            return -takeError();
        }
        return isReadEnded() ? 0 : -Errno.EAGAIN;
    }

    /** recv(2) with MSG_PEEK. */
    int peek(ByteBuffer target) {
        return connection.inbox.size() > 0 ? connection.inbox.peek(target) : read(target);
    }

    /** recv(2) with MSG_OOB. */
    int receiveUrgent(ByteBuffer target) {
        return connection.inbox.takeUrgent(target);
    }

    /** Whether an urgent byte is next. */
    boolean isAtMark() {
        return connection.inbox.isAtMark();
    }

    /** send(2). */
    @Override
    int write(ByteBuffer source) {
        if (connection.isConnecting()) {
            return -Errno.EAGAIN;
        }
        if (connection.error() != 0 && !unix) {
            return -takeError();
        }
        if (!isConnected() || connection.outbox.isShut()) {
            return connection.isFresh() ? -Errno.ENOTCONN : -Errno.EPIPE;
        }
        return connection.outbox.send(source);
    }

    /** send(2) with MSG_OOB. */
    void sendUrgent(byte value) {
        connection.outbox.wire().sendUrgent(value);
    }

    // Closing

    /** shutdown(2). */
    @Override
    int shutdown(boolean reading, boolean writing) {
        if (unix && connection.isDead()) {
            return 0; // a unix-domain socket stays connected when its peer is closed
        }
        if (!isConnected() || connection.isClosedOnBothSides()) {
            return -Errno.ENOTCONN;
        }
        if (reading) {
            connection.inbox.shut();
        }
        if (writing) {
            connection.outbox.shut();
        }
        wake(PollBits.ANY);
        return 0;
    }

    /** The last descriptor is closed. */
    @Override
    void released() {
        boolean wasListening = isListening();
        world.network.release(this);
        connection.close();
        if (wasListening) {
            for (StreamSocket each = backlog.poll(); each != null; each = backlog.poll()) {
                each.connection.abandon();
            }
        }
    }

    /** A {@link Fault#RESET}, or one of an accepted connection. */
    void cut() {
        connection.cut();
    }

    // Queries

    @Override
    int readiness() {
        if (isListening()) {
            return backlog.size() > 0 ? PollBits.IN : 0;
        }
        return connection.readiness();
    }

    @Override
    int available() {
        return isListening() ? backlog.size() : connection.inbox.size();
    }

    @Override
    int room() {
        return connection.room();
    }

    @Override
    boolean isReadEnded() {
        return connection.isReadEnded();
    }

    @Override
    boolean isWriteEnded() {
        return connection.isWriteEnded();
    }

    @Override
    int pendingError() {
        return connection.error();
    }

    /** SO_ERROR: the pending error, which is cleared. */
    @Override
    int takeError() {
        return connection.takeError();
    }

    int unacknowledged() {
        return connection.outbox.unacknowledged();
    }

    /** Whether a read of {@code count} bytes is the first that reports EOF; remembers it. */
    boolean isFirstEof(int count) {
        return connection.inbox.isFirstEof(count);
    }

    boolean isListening() {
        return connection.isListening();
    }

    boolean isConnected() {
        return connection.isConnected();
    }

    boolean isUnix() {
        return unix;
    }

    private boolean isNamed() {
        return local.inet() != null || !local.path().isEmpty();
    }

    boolean sharesPort() {
        return options().get(SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT) != 0;
    }

    Connection connection() {
        return connection;
    }

    Backlog backlog() {
        return backlog;
    }

    @Override
    Endpoint local() {
        return local;
    }

    /** The peer's address as accept(2) returns it, even if the connection is dead by now. */
    Endpoint peerName() {
        return remote;
    }

    /** The peer's address as getpeername(2) returns it; null if there is no connection. */
    @Override
    Endpoint remote() {
        return isConnected() || connection.inbox.hasFin() ? remote : null;
    }
}
