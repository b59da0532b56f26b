package dev.eventloop.lb.relay;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.Durations;
import dev.eventloop.lb.pool.Attempts;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.preface.ProxyHeader;
import dev.eventloop.libc.Errno;
import java.time.Duration;

/**
 * Connects a client to a backend of its pool: the one that is picked and, if that fails, others.
 * The client does not see a failed attempt.
 */
final class Dial {
    /** When to try a full backlog again. */
    private static final Duration BACKLOG_CHECK = Duration.ofMillis(10);

    private final Connection connection;
    private final RelayContext context;

    /** The backend that counts this connection: being tried, or connected to; null for none. */
    private Backend acquired;

    /** Whether that one could not be tried yet. */
    private boolean waits;

    /** The socket for it, kept for the next try while its backlog is full; -1 for none. */
    private int spare = -1;

    /** Whether it waits for a file descriptor. */
    private boolean claims;

    /** Whether its backlog was full at the last try. */
    private boolean busy;

    /** Since when it waits for either. */
    private long waitsSince;

    Dial(Connection connection, RelayContext context) {
        this.connection = connection;
        this.context = context;
    }

    /** For another connection, or another attempt. */
    void reset() {
        waits = false;
        busy = false;
    }

    /** The backend's socket is ready: connected, or refused. */
    void onReady(int events) throws ErrnoException {
        if ((events & (Events.ERROR | Events.HUP)) != 0) {
            int errno = context.sockets().connectResult(relay().backendFd());
            if (errno == Errno.ECONNRESET || errno == Errno.EPIPE) {
                // It had accepted, and may have sent bytes: a connect fails with ECONNREFUSED.
                pool().connected(acquired);
                connection.connectedThenReset();
                return;
            }
            if (errno != 0) {
                relay().closeBackend();
                failed(errno);
                tryNext();
                return;
            }
        } else if (!context.sockets().isConnected(relay().backendFd())) {
            return; // a spurious event
        }
        if (isIntroduced()) {
            pool().connected(acquired);
            connection.connected();
        }
    }

    /**
     * Whether the backend has the whole PROXY header, if it gets one. If not, the rest is sent when
     * its socket is ready again, or another backend is tried.
     */
    private boolean isIntroduced() throws ErrnoException {
        if (!sendsHeader()) {
            return true;
        }
        int result =
                header().send(
                                pool().settings().sendProxyProtocol(),
                                context.sockets(),
                                relay().backendFd(),
                                context.memory().scratch());
        if (result < 0 && result != -Errno.EAGAIN) {
            relay().closeBackend();
            failed(-result);
            tryNext();
        }
        return result == 0;
    }

    private boolean sendsHeader() {
        return pool().settings().sendProxyProtocol() != null && header() != null;
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

    private ProxyHeader header() {
        return connection.header();
    }

    /** The backend has not answered in time, or a descriptor may have come back. */
    void onTimer() throws ErrnoException {
        if (relay().backendFd() >= 0) {
            relay().closeBackend();
            timedOut();
        }
        tryNext();
    }

    /** The backend that counts this connection; null for none. */
    Backend acquired() {
        return acquired;
    }

    /** Tries backends until one is connected to, or is waited for, or none is left. */
    void tryNext() throws ErrnoException {
        while (true) {
            if (!waits && !acquireNext()) {
                connection.abort(reason());
                return;
            }
            Backend backend = acquired;
            int fd = spare >= 0 ? spare : context.connector().socket(backend.address());
            spare = -1;
            int result = fd < 0 ? fd : connect(fd, backend);
            if (result == -Errno.EAGAIN) {
                if (mayWait()) {
                    spare = fd;
                    waits = true;
                    connection.timer().start(BACKLOG_CHECK);
                    return;
                }
                context.sockets().close(fd);
            }
            if (context.host().isOutOfDescriptors(result)) { // wait, like those in the backlog
                claim(true);
                waits = true;
                if (hasClaimedTooLong()) {
                    connection.abort(CloseReason.IDLE_TIMEOUT);
                } else {
                    connection.timer().start(RelayContext.DESCRIPTOR_CHECK);
                }
                return;
            }
            claim(false);
            reset();
            attempts().add(backend);
            if (result >= 0 && begin(fd)) {
                return;
            }
            if (result == -Errno.EAGAIN) {
                timedOut();
            } else {
                failed(result < 0 ? -result : Errno.ENOMEM);
            }
        }
    }

    private int connect(int fd, Backend backend) {
        return context.connector().connect(fd, backend.address(), backend.mayMeetItself());
    }

    /**
     * Accepted connections get descriptors before new ones are accepted: otherwise all might wait
     * for ever.
     */
    private void claim(boolean wanted) {
        if (wanted != claims) {
            claims = wanted;
            waitsSince = context.now();
            context.host().claimDescriptors(wanted ? 1 : -1);
        }
    }

    /** Clients that sent their hellos at the same time may have all descriptors between them. */
    private boolean hasClaimedTooLong() {
        Duration idle = connection.frontend().settings().idleTimeout();
        Duration limit = idle.isZero() ? pool().settings().connectTimeout() : idle;
        return context.now() - waitsSince >= limit.toNanos();
    }

    /** The connection has ended. */
    void end() {
        claim(false);
        if (waits && busy) { // it was tried, and its backlog was full
            attempts().add(acquired);
        }
        waits = false;
        release();
        if (spare >= 0) {
            context.sockets().close(spare);
            spare = -1;
        }
    }

    private boolean acquireNext() {
        if (attempts().remain()) {
            acquired =
                    pool().pick(attempts(), connection.client().high(), connection.client().low());
        }
        return acquired != null;
    }

    private void release() {
        if (acquired != null) {
            acquired.release();
            acquired = null;
        }
    }

    /**
     * A connect to a unix-domain socket whose backlog is full fails with EAGAIN at once, where TCP
     * retries by itself: connect(2). So retry here until the connect timeout.
     */
    private boolean mayWait() {
        if (!busy) {
            busy = true;
            waitsSince = context.now();
        }
        return context.now() - waitsSince < pool().settings().connectTimeout().toNanos();
    }

    /**
     * Continues with a socket whose connect has begun; false if the loop cannot watch it. On the
     * same machine the handshake is complete even if connect returned EINPROGRESS: no need to wait.
     */
    private boolean begin(int fd) throws ErrnoException {
        relay().begin(fd, connection.frontend().settings().splice());
        if (sendsHeader()) {
            context.sockets()
                    .tryNoDelay(fd); // or Nagle delays the client's bytes behind the header
        }
        if (header() != null) {
            header().rewind();
        }
        boolean isConnected = !sendsHeader() && context.sockets().isConnected(fd);
        try {
            if (isConnected) {
                relay().watchForBytes(Direction.DOWN);
            } else {
                relay().watch(Direction.DOWN, Events.WRITE);
            }
        } catch (ErrnoException e) { // ENOMEM, or ENOSPC: epoll(7), max_user_watches
            relay().closeBackend();
            return false;
        }
        if (isConnected) {
            pool().connected(acquired);
            connection.connected();
        } else {
            connection.timer().start(pool().settings().connectTimeout());
        }
        return true;
    }

    private void timedOut() {
        attempts().timedOut();
        String limit = Durations.toString(pool().settings().connectTimeout());
        connectFailed("no answer within " + limit);
    }

    private void failed(int errno) {
        attempts().failed(errno);
        connectFailed(Errno.description(errno) + " (" + Errno.name(errno) + ")");
    }

    private void connectFailed(String why) {
        pool().connectFailed(acquired, why);
        release();
    }

    private CloseReason reason() {
        if (attempts().hasTimedOut()) {
            return CloseReason.CONNECT_TIMEOUT;
        }
        return attempts().errno() == Errno.ECONNREFUSED
                ? CloseReason.CONNECT_REFUSED
                : CloseReason.NO_BACKEND;
    }
}
