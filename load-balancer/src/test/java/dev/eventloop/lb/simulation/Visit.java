package dev.eventloop.lb.simulation;

import dev.eventloop.lb.ClosedConnection;
import java.net.InetAddress;

/** A client's connection as the load balancer reports it, with times. */
final class Visit {
    final Peer client;

    /** The address in the PROXY header, if there is one, or else that of the socket. */
    InetAddress source;

    /** When it was first seen to be accepted. */
    long acceptedAt;

    /** When it was first seen to have a pool; -1 for never. */
    long routedAt = -1;

    /** When the connection to a backend was established; -1 for never. */
    long connectedAt = -1;

    long id = -1;

    /** When the operator killed it; {@link Long#MAX_VALUE} for never. */
    long killedAt = Long.MAX_VALUE;

    /** The report of its close; null while it is open. */
    ClosedConnection closed;

    long closedAt = Long.MAX_VALUE;

    Visit(Peer client, InetAddress source, long acceptedAt) {
        this.client = client;
        this.source = source;
        this.acceptedAt = acceptedAt;
    }

    boolean isDuring(long from, long to) {
        return acceptedAt <= to && closedAt >= from;
    }

    /** When the first connect attempt began, if there was one. */
    long dialedFrom() {
        return routedAt >= 0 ? routedAt : acceptedAt;
    }

    /** When it was sent to a pool or refused, as far as that is known. */
    long decidedAt() {
        return routedAt >= 0 ? routedAt : closedAt;
    }

    /** When the last connect attempt ended. */
    long dialedUntil() {
        return connectedAt >= 0 ? connectedAt : closedAt;
    }
}
