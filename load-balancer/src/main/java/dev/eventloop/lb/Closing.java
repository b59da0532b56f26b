package dev.eventloop.lb;

import dev.eventloop.lb.upstream.Attempts;
import dev.eventloop.lb.upstream.Backend;
import java.time.Duration;
import java.util.Arrays;

/** From a connection that ends to what is told of it. */
final class Closing {
    private Closing() {}

    static ClosedConnection of(Connection connection, CloseReason reason, Shared shared) {
        Attempts attempts = connection.attempts();
        String[] tried = new String[attempts.count()];
        for (int i = 0; i < tried.length; i++) {
            tried[i] = attempts.get(i).name();
        }
        Backend backend = connection.backend();
        long firstByte = connection.nanosToFirstByte();
        return new ClosedConnection(
                connection.id(),
                shared.wallClock().instant(),
                connection.client().toSocketAddress(),
                shared.address(),
                Arrays.asList(tried),
                backend == null ? null : backend.name(),
                connection.bytesUp(),
                connection.bytesDown(),
                backend == null ? null : Duration.ofNanos(connection.nanosToConnect()),
                firstByte < 0 ? null : Duration.ofNanos(firstByte),
                Duration.ofNanos(connection.nanosOpen()),
                reason);
    }
}
