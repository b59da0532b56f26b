package dev.eventloop.lb;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A connection that has ended, with the fields of an access log line.
 *
 * @param id unique as long as the load balancer runs
 * @param endedAt when it was closed
 * @param client the address of the client, from its PROXY header if the frontend expects one
 * @param listener the address that the client connected to
 * @param frontend the name of the frontend that accepted it
 * @param pool the name of the pool that it was routed to; null if it was routed to none
 * @param tried the backends that were tried, in order
 * @param backend the one that accepted, the last of {@code tried}; null for none
 * @param bytesUp from the client to the backend
 * @param bytesDown from the backend to the client
 * @param connectTime from the choice of the pool, after the PROXY header and the ClientHello, until
 *     a backend has accepted, with all attempts; null if none has
 * @param firstByteTime from the choice of the pool to the first byte of the backend; null if there
 *     was none
 * @param duration from accept to close
 * @param reason why it was closed
 */
public record ClosedConnection(
        long id,
        Instant endedAt,
        InetSocketAddress client,
        InetSocketAddress listener,
        String frontend,
        String pool,
        List<String> tried,
        String backend,
        long bytesUp,
        long bytesDown,
        Duration connectTime,
        Duration firstByteTime,
        Duration duration,
        CloseReason reason) {

    /** Copies the list. */
    public ClosedConnection {
        tried = List.copyOf(tried);
    }
}
