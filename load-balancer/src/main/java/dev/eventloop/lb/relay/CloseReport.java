package dev.eventloop.lb.relay;

import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.ConnectionListener;
import dev.eventloop.lb.pool.Attempts;
import dev.eventloop.lb.pool.Backend;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notifies the {@link ConnectionListener}s. Shared by all threads. */
public final class CloseReport {
    private final Clock wallClock;
    private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();

    public CloseReport(Clock wallClock) {
        this.wallClock = wallClock;
    }

    /** The listeners to notify; may change at any time. */
    public List<ConnectionListener> listeners() {
        return listeners;
    }

    /** A backend has accepted. Logs what listeners throw. */
    public void connected(Connection connection) {
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

    /** The connection has ended. Throws nothing, since the connection must go back to its pool. */
    public void closed(Connection connection, CloseReason reason) {
        if (listeners.isEmpty()) {
            return;
        }
        try {
            ClosedConnection closed = of(connection, reason);
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

    private ClosedConnection of(Connection connection, CloseReason reason) {
        Attempts attempts = connection.attempts();
        String[] tried = new String[attempts.count()];
        for (int i = 0; i < tried.length; i++) {
            tried[i] = attempts.get(i).name();
        }
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
                Arrays.asList(tried),
                backend == null ? null : backend.name(),
                connection.bytesUp(),
                connection.bytesDown(),
                backend == null ? null : Duration.ofNanos(times.nanosToConnect()),
                firstByte < 0 ? null : Duration.ofNanos(firstByte),
                Duration.ofNanos(times.nanosOpen()),
                reason);
    }
}
