package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.lb.upstream.Attempts;
import dev.eventloop.lb.upstream.Backend;
import dev.eventloop.libc.Errno;
import java.time.Duration;

/**
 * Connects a client to a backend: to the one whose turn it is, and where that fails to others, of
 * which the client notices nothing.
 */
final class Dial {
    /** When to try a full backlog again. */
    private static final Duration BACKLOG_CHECK = Duration.ofMillis(10);

    private final Connection connection;
    private final Worker worker;
    private final Flow down;
    private final Timer timer;
    private final Attempts attempts = new Attempts();

    /** The backend that is acquired, be it to be tried, tried, or connected to; null for none. */
    private Backend acquired;

    /** Whether that could not be tried yet. */
    private boolean waits;

    /** Its socket, kept for the next try while its backlog is full; -1 for none. */
    private int spare = -1;

    /** Whether it waits for a file descriptor. */
    private boolean claims;

    /** Whether its backlog was full at the last try, and since when. */
    private boolean busy;

    private long busySince;

    /**
     * @param down the flow that begins at the backend
     * @param timer the connection's
     */
    Dial(Connection connection, Worker worker, Flow down, Timer timer) {
        this.connection = connection;
        this.worker = worker;
        this.down = down;
        this.timer = timer;
    }

    /** Of another connection, for which nobody was tried yet. */
    void reset() {
        attempts.begin(worker.settings().retries());
        waits = false;
        busy = false;
    }

    void start() throws ErrnoException {
        tryNext();
    }

    /** The backend's fd is ready: connected, or refused. */
    void onReady(int events) throws ErrnoException {
        if ((events & (Events.ERROR | Events.HUP)) != 0) {
            int errno = worker.sockets().connectResult(down.fd());
            if (errno == Errno.ECONNRESET || errno == Errno.EPIPE) {
                // It had accepted, and perhaps sent bytes: a connect itself fails with
                // ECONNREFUSED.
                worker.upstream().connected(acquired);
                connection.connectedThenReset();
                return;
            }
            if (errno != 0) {
                down.close(false);
                failed(errno);
                tryNext();
                return;
            }
        } else if (!worker.sockets().isConnected(down.fd())) {
            return; // told too early
        }
        if (isIntroduced()) {
            worker.upstream().connected(acquired);
            connection.connected();
        }
    }

    /** Whether the backend knows who the client is, if it shall; else it goes on later, or not. */
    private boolean isIntroduced() throws ErrnoException {
        if (!introduces()) {
            return true;
        }
        ProxyProtocol version = worker.settings().sendProxyProtocol();
        int result =
                connection.header().send(version, worker.sockets(), down.fd(), worker.scratch());
        if (result < 0 && result != -Errno.EAGAIN) {
            down.close(false);
            failed(-result);
            tryNext();
        }
        return result == 0;
    }

    private boolean introduces() {
        return worker.settings().sendProxyProtocol() != null && connection.header() != null;
    }

    /** The backend has not answered in time, or a file descriptor may have come back. */
    void onTimer() throws ErrnoException {
        if (down.isOpen()) {
            down.close(false);
            timedOut();
        }
        tryNext();
    }

    /** The backend that counts this connection; null for none. */
    Backend acquired() {
        return acquired;
    }

    Attempts attempts() {
        return attempts;
    }

    private void tryNext() throws ErrnoException {
        while (true) {
            if (!waits && !acquireNext()) {
                connection.refused(reason());
                return;
            }
            Backend backend = acquired;
            int fd = spare >= 0 ? spare : worker.sockets().socket(backend.address());
            spare = -1;
            int result = fd < 0 ? fd : worker.sockets().connect(fd, backend.address());
            if (result == -Errno.EAGAIN && mayWait()) {
                spare = fd;
                waits = true;
                timer.start(BACKLOG_CHECK);
                return;
            }
            if (result < 0 && fd >= 0) {
                worker.sockets().close(fd);
            }
            if (worker.isOutOfDescriptors(result)) { // the client waits, as do those outside
                claim(true);
                waits = true;
                timer.start(Worker.DESCRIPTOR_CHECK);
                return;
            }
            claim(false);
            waits = false;
            busy = false;
            attempts.add(backend);
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

    /** Who is inside comes before those who wait to be accepted: else all might wait for ever. */
    private void claim(boolean wanted) {
        if (wanted != claims) {
            claims = wanted;
            worker.claimDescriptors(wanted ? 1 : -1);
        }
    }

    /** The connection has ended. */
    void end() {
        claim(false);
        if (waits && busy) { // it was asked, and had no room yet
            attempts.add(acquired);
        }
        waits = false;
        release();
        if (spare >= 0) {
            worker.sockets().close(spare);
            spare = -1;
        }
    }

    private boolean acquireNext() {
        if (attempts.remain()) {
            ClientAddress client = connection.client();
            acquired = worker.upstream().pick(attempts, client.high(), client.low());
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
     * A unix-domain socket whose backlog is full says EAGAIN at once, where TCP would go on trying:
     * connect(2). So the trying is ours.
     */
    private boolean mayWait() {
        if (!busy) {
            busy = true;
            busySince = worker.now();
        }
        return worker.now() - busySince < worker.settings().connectTimeout().toNanos();
    }

    /**
     * Goes on with a socket whose connect has begun; false if that cannot be waited for. On the
     * same machine it is over by now, whatever connect said: then there is nothing to wait for.
     */
    private boolean begin(int fd) throws ErrnoException {
        down.open(fd);
        down.sinkSendsAtOnce();
        if (introduces()) {
            worker.sockets().sendAtOnce(fd); // or the client's bytes would wait for the header's
        }
        if (connection.header() != null) {
            connection.header().rewind();
        }
        boolean isConnected = !introduces() && worker.sockets().isConnected(fd);
        try {
            if (isConnected) {
                down.watchForBytes();
            } else {
                down.watch(Events.WRITE);
            }
        } catch (ErrnoException e) { // ENOMEM, or ENOSPC: epoll(7), max_user_watches
            down.close(false);
            return false;
        }
        if (isConnected) {
            worker.upstream().connected(acquired);
            connection.connected();
        } else {
            timer.start(worker.settings().connectTimeout());
        }
        return true;
    }

    private void timedOut() {
        attempts.timedOut();
        String limit = Durations.toString(worker.settings().connectTimeout());
        connectFailed("no answer within " + limit);
    }

    private void failed(int errno) {
        attempts.failed(errno);
        connectFailed(Errno.description(errno) + " (" + Errno.name(errno) + ")");
    }

    private void connectFailed(String why) {
        worker.upstream().connectFailed(acquired, why);
        release();
    }

    private CloseReason reason() {
        if (attempts.hasTimedOut()) {
            return CloseReason.CONNECT_TIMEOUT;
        }
        return attempts.errno() == Errno.ECONNREFUSED
                ? CloseReason.CONNECT_REFUSED
                : CloseReason.NO_BACKEND;
    }
}
