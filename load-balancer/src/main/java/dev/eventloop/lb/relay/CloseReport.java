package dev.eventloop.lb.relay;

import dev.eventloop.lb.AccessLogEvent;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.ConnectionListener;
import dev.eventloop.lb.ConnectionLog;
import dev.eventloop.lb.OpenedConnection;
import dev.eventloop.lb.pool.Attempts;
import dev.eventloop.lb.pool.Backend;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notifies the access log and the {@link ConnectionListener}s. Shared by all threads. */
public final class CloseReport {
    private final Clock wallClock;
    private final ConnectionLog log;
    private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param log null for none
     */
    public CloseReport(Clock wallClock, ConnectionLog log) {
        this.wallClock = wallClock;
        this.log = log;
    }

    /** The listeners to notify; may change at any time. */
    public List<ConnectionListener> listeners() {
        return listeners;
    }

    /** A backend has accepted. Logs what listeners throw. */
    public void connected(Connection connection) {
        if (log != null && log.has(AccessLogEvent.OPEN)) {
            logOpened(connection);
        }
        if (listeners.isEmpty()) { // avoids allocating an iterator
            return;
        }
        for (ConnectionListener listener : listeners) {
            try {
                listener.connected(
                        connection.id(),
                        connection.client().toSocketAddress(),
                        connection.backend().name());
            } catch (Throwable e) {
                RelayContext.logError(
                        "a connection listener failed; the others are still notified", e);
            }
        }
    }

    private void logOpened(Connection connection) {
        try {
            log.opened(
                    new OpenedConnection(
                            connection.id(),
                            wallClock.instant(),
                            connection.client().toSocketAddress(),
                            connection.listener(),
                            connection.frontend().name(),
                            connection.pool().name(),
                            tried(connection.attempts()),
                            Duration.ofNanos(connection.times().nanosToConnect())));
        } catch (Throwable e) {
            RelayContext.logError("a line of the access log is missing", e);
        }
    }

    /** The connection has ended. Throws nothing, since the connection must go back to its pool. */
    public void closed(Connection connection, CloseReason reason) {
        boolean logged = isLogged(connection, reason);
        if (listeners.isEmpty() && !logged) {
            return;
        }
        try {
            ClosedConnection closed = of(connection, reason);
            if (logged) {
                log.closed(closed);
            }
            for (ConnectionListener listener : listeners) {
                try {
                    listener.closed(closed);
                } catch (Throwable e) {
                    RelayContext.logError(
                            "a connection listener failed; the others are still notified", e);
                }
            }
        } catch (Throwable e) {
            RelayContext.logError("listeners were not notified of a closed connection", e);
        }
    }

    private boolean isLogged(Connection connection, CloseReason reason) {
        return log != null
                && log.has(AccessLogEvent.CLOSE)
                && (connection.frontend().settings().logEmpty() || !isEmpty(connection, reason));
    }

    /** Whether the client left without having sent anything, as probes do. */
    private static boolean isEmpty(Connection connection, CloseReason reason) {
        boolean left = reason == CloseReason.CLIENT_CLOSED || reason == CloseReason.CLIENT_RESET;
        return left && !connection.hasSpoken();
    }

    private static List<String> tried(Attempts attempts) {
        String[] tried = new String[attempts.count()];
        for (int i = 0; i < tried.length; i++) {
            tried[i] = attempts.get(i).name();
        }
        return Arrays.asList(tried);
    }

    private ClosedConnection of(Connection connection, CloseReason reason) {
        Backend backend = connection.backend();
        ConnectionTimes times = connection.times();
        long firstByte = backend == null ? -1 : times.nanosToFirstByte();
        return new ClosedConnection(
                connection.id(),
                wallClock.instant(),
                connection.client().toSocketAddress(),
                connection.listener(),
                connection.frontend().name(),
                connection.pool() == null ? null : connection.pool().name(),
                tried(connection.attempts()),
                backend == null ? null : backend.name(),
                connection.bytesUp(),
                connection.bytesDown(),
                backend == null ? null : Duration.ofNanos(times.nanosToConnect()),
                firstByte < 0 ? null : Duration.ofNanos(firstByte),
                Duration.ofNanos(times.nanosOpen()),
                reason);
    }
}
