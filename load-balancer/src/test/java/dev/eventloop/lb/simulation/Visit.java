package dev.eventloop.lb.simulation;

import dev.eventloop.lb.ClosedConnection;
import java.net.InetAddress;

/** A client's connection as the load balancer tells of it, and when it did. */
final class Visit {
    final Peer client;
    final InetAddress source;

    /** When it was first seen inside, or to have been there. */
    long acceptedAt;

    /** -1 for never. */
    long connectedAt = -1;

    long id = -1;

    /** When it was killed; {@link Long#MAX_VALUE}: never. */
    long killedAt = Long.MAX_VALUE;

    /** Null while it is open. */
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

    /** When the last attempt was over. */
    long dialedUntil() {
        return connectedAt >= 0 ? connectedAt : closedAt;
    }
}
