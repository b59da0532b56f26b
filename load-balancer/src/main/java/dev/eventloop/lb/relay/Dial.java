package dev.eventloop.lb.relay;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.Durations;
import dev.eventloop.lb.pool.Attempts;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.LocalErrors;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.relay.DialWait.For;
import dev.eventloop.libc.Errno;

/**
 * Connects a client to a backend of its pool: the one that is picked and, if that fails, others.
 * The client does not see a failed attempt. While it takes time, the client is watched: if it
 * resets, the dial is given up. A client that has only half-closed still gets its answer.
 */
final class Dial {
    private final Connection connection;
    private final RelayContext context;
    private final DialWait wait;
    private final BackendHeader header;

    /** The backend that counts this connection: being tried, or connected to; null for none. */
    private Backend acquired;

    /** The socket for it, kept for the next try while its backlog is full; -1 for none. */
    private int spare = -1;

    /** Of the client's socket while it was watched. */
    private int clientEvents;

    Dial(Connection connection, RelayContext context) {
        this.connection = connection;
        this.context = context;
        this.wait = new DialWait(connection, context);
        this.header = new BackendHeader(connection, context);
    }

    /** For another connection. */
    void reset() {
        wait.reset();
        clientEvents = 0;
    }

    // Events

    void onReady(Direction source, int events) throws ErrnoException {
        if (source == Direction.UP) {
            onClient(events);
        } else {
            onBackend(events);
        }
    }

    private void onClient(int events) {
        clientEvents |= events;
        boolean mayBeGone = (events & (Events.ERROR | Events.HUP | Events.READ_HUP)) != 0;
        if (mayBeGone && relay().isGone(Direction.UP)) {
            connection.abort(CloseReason.CLIENT_RESET);
        }
    }

    /** The backend's socket is ready: connected, or refused. */
    private void onBackend(int events) throws ErrnoException {
        if ((events & (Events.ERROR | Events.HUP)) != 0) {
            int errno = context.sockets().connectResult(relay().backendFd());
            if (errno == Errno.ECONNRESET || errno == Errno.EPIPE) {
                // It had accepted, and may have sent bytes: a connect fails with ECONNREFUSED.
                wait.stop();
                pool().connected(acquired);
                connection.connectedThenReset();
                return;
            }
            if (errno != 0) {
                refused(errno);
                return;
            }
        } else if (!context.sockets().isConnected(relay().backendFd())) {
            return; // a spurious event
        }
        int sent = header.send();
        if (sent == 0) {
            connected();
        } else if (sent != -Errno.EAGAIN) { // else the rest is sent when it is ready again
            refused(-sent);
        }
    }

    private void connected() throws ErrnoException {
        wait.stop();
        pool().connected(acquired);
        connection.connected(clientEvents);
    }

    /** The backend has answered, by an error. */
    private void refused(int errno) throws ErrnoException {
        wait.stop();
        relay().closeBackend();
        failed(errno);
        tryNext();
    }

    /** The backend has not answered in time, or what it waits for has not come. */
    void onTimer() throws ErrnoException {
        if (!wait.isOver()) {
            if (relay().lookForFailure(Direction.UP) == Outcome.RESET) {
                connection.abort(CloseReason.CLIENT_RESET);
            } else {
                wait.startTimer();
            }
        } else if (wait.isFor(For.DESCRIPTOR) || wait.isFor(For.THIS_MACHINE)) {
            connection.abort(CloseReason.LOCAL_ERROR);
        } else if (wait.isFor(For.NEXT_ROUND)) {
            wait.stop();
            attempts().nextRound();
            tryNext();
        } else {
            giveUp();
            tryNext();
        }
    }

    /** It is this connection's turn in the line in which it waits. */
    void onTurn() throws ErrnoException {
        if (wait.isFor(For.THIS_MACHINE)) {
            wait.stop();
            attempts().forgetLocal();
            tryNext();
        } else if (!tryAcquired()) {
            tryNext();
        }
    }

    // Attempts

    /** Tries backends until one is connected to, or is waited for, or none is left. */
    void tryNext() throws ErrnoException {
        while (acquireNext()) {
            if (tryAcquired()) {
                return;
            }
        }
        if (attempts().hasLocalErrors()) {
            wait.start(For.THIS_MACHINE, null);
        } else if (!wait.startNextRound()) {
            connection.abort(attempts().closeReason());
        }
    }

    private boolean acquireNext() {
        if (attempts().remain()) {
            acquired =
                    pool().pick(attempts(), connection.client().high(), connection.client().low());
        }
        return acquired != null;
    }

    /** Tries the acquired backend; false if that failed at once. */
    private boolean tryAcquired() throws ErrnoException {
        int fd = spare >= 0 ? spare : context.connector().socket(acquired.address());
        spare = -1;
        int result = fd < 0 ? fd : connect(fd, acquired);
        if (result == -Errno.EAGAIN) {
            spare = fd; // TCP waits by itself where a unix-domain socket does not: connect(2)
            wait.start(For.BACKLOG, acquired);
            return true;
        }
        if (context.host().pauseIfOutOfDescriptors(result)) { // wait, like those in the backlog
            wait.start(For.DESCRIPTOR, acquired);
            return true;
        }
        wait.stop();
        attempts().add(acquired);
        result = result < 0 ? result : begin(fd);
        if (result < 0) {
            failedAtOnce(-result);
        }
        return result >= 0;
    }

    private int connect(int fd, Backend backend) {
        return context.connector().connect(fd, backend.address(), backend.mayMeetItself());
    }

    /**
     * Continues with a socket whose connect has begun. On the same machine the handshake is
     * complete even if connect returned EINPROGRESS: no need to wait.
     *
     * @return {@code -errno} if the loop cannot watch it: ENOMEM, or ENOSPC: epoll(7),
     *     max_user_watches
     */
    private int begin(int fd) throws ErrnoException {
        relay().begin(fd, connection.frontend().settings().splice());
        header.begin(fd);
        boolean isConnected = !header.isWanted() && context.sockets().isConnected(fd);
        try {
            if (isConnected) {
                relay().watchForBytes(Direction.DOWN);
            } else {
                relay().watch(Direction.DOWN, Events.WRITE);
            }
        } catch (ErrnoException e) {
            relay().closeBackend();
            return -e.errno();
        }
        if (isConnected) {
            connected();
        } else {
            wait.start(For.ANSWER, acquired);
        }
        return 0;
    }

    // Failures

    /** The backend has not answered in time, or its backlog was full for that long. */
    private void giveUp() {
        if (wait.isFor(For.BACKLOG)) {
            attempts().add(acquired);
            closeSpare();
        } else {
            relay().closeBackend();
        }
        wait.stop();
        attempts().timedOut();
        String limit = Durations.toString(pool().settings().connectTimeout());
        connectFailed("no answer within " + limit);
    }

    private void failedAtOnce(int errno) {
        if (LocalErrors.isLocal(errno, acquired.address())) {
            attempts().failedLocally();
            context.localErrors().warn(acquired, errno);
            release();
        } else {
            failed(errno);
        }
    }

    private void failed(int errno) {
        attempts().failed(errno);
        connectFailed(Errno.description(errno) + " (" + Errno.name(errno) + ")");
    }

    private void connectFailed(String why) {
        pool().connectFailed(acquired, why);
        release();
    }

    // The end

    /** The connection has ended. */
    void end() {
        if (wait.isFor(For.BACKLOG)) { // it was tried
            attempts().add(acquired);
        }
        wait.stop();
        release();
        closeSpare();
    }

    private void release() {
        if (acquired != null) {
            Backend released = acquired;
            acquired = null;
            released.release();
        }
    }

    private void closeSpare() {
        if (spare >= 0) {
            int fd = spare;
            spare = -1;
            context.sockets().close(fd);
        }
    }

    /** The backend that counts this connection; null for none. */
    Backend acquired() {
        return acquired;
    }

    private Relay relay() {
        return connection.relay();
    }

    private Pool pool() {
        return connection.pool();
    }

    private Attempts attempts() {
        return connection.attempts();
    }
}
