package dev.eventloop.lb;

import java.net.InetSocketAddress;

/**
 * Receives the events of connections. Called on the threads that carry the traffic, so it must not
 * block; an exception is logged and has no other effect.
 */
public interface ConnectionListener {
    /** A backend has accepted a client's connection. */
    default void connected(long id, InetSocketAddress client, String backend) {}

    /** A client's connection has ended, with or without a backend. Called once for each. */
    default void closed(ClosedConnection connection) {}
}
