package dev.eventloop.lb;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A connection that is open.
 *
 * @param id unique as long as the load balancer runs; see {@link LoadBalancer#closeConnection}
 * @param client the address of the client
 * @param frontend the name of the frontend that accepted it
 * @param pool the name of the pool that it was routed to; null while it is not routed
 * @param backend null while it has none
 * @param bytesUp from the client to the backend so far
 * @param bytesDown from the backend to the client so far
 * @param age since it was accepted
 * @param idle since the last byte
 */
public record OpenConnection(
        long id,
        InetSocketAddress client,
        String frontend,
        String pool,
        String backend,
        long bytesUp,
        long bytesDown,
        Duration age,
        Duration idle) {}
