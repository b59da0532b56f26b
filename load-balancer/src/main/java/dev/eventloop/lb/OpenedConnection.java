package dev.eventloop.lb;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A connection that a backend has accepted, with the fields of an access log line.
 *
 * @param id unique as long as the load balancer runs
 * @param openedAt when the backend accepted
 * @param client the address of the client, from its PROXY header if the frontend expects one
 * @param listener the address that the client connected to
 * @param frontend the name of the frontend that accepted it
 * @param pool the name of the pool that it was routed to
 * @param tried the backends that were tried, in order; the last one has accepted
 * @param connectTime from the choice of the pool until the backend accepted
 */
public record OpenedConnection(
        long id,
        Instant openedAt,
        InetSocketAddress client,
        InetSocketAddress listener,
        String frontend,
        String pool,
        List<String> tried,
        Duration connectTime) {

    /** Copies the list. */
    public OpenedConnection {
        tried = List.copyOf(tried);
    }

    /** The one that has accepted. */
    public String backend() {
        return tried.get(tried.size() - 1);
    }
}
