package dev.eventloop.lb;

import java.net.InetSocketAddress;

/**
 * Hears of connections. Called on the threads that carry the traffic, so it must not wait for
 * anything; what it throws is logged and changes nothing.
 */
public interface ConnectionListener {
    /** A client's connection has a backend. */
    default void connected(long id, InetSocketAddress client, String backend) {}

    /** A client's connection has ended, with a backend or without. Called once for each. */
    default void closed(ClosedConnection connection) {}
}
