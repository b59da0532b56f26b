package dev.eventloop.lb.relay;

import dev.eventloop.lb.pool.Backend;

/** When things happened to one connection, and which of its bytes its backend has counted. */
public final class ConnectionTimes {
    private static final long NEVER = Long.MIN_VALUE;

    private final RelayContext context;
    private long acceptedAt;
    private long routedAt;
    private long connectedAt;

    /** When the backend's first byte was passed on; NEVER if none was. */
    private long firstByteAt;

    private long lastActivity;

    /** Bytes of both directions at {@link #lastActivity}. */
    private long bytes;

    private long settledUp;
    private long settledDown;

    ConnectionTimes(RelayContext context) {
        this.context = context;
    }

    void accepted() {
        acceptedAt = context.now();
        lastActivity = acceptedAt;
        firstByteAt = NEVER;
        bytes = 0;
        settledUp = 0;
        settledDown = 0;
    }

    /** Its pool is known; the first connect attempt begins. */
    void routed() {
        routedAt = context.now();
    }

    void connected() {
        connectedAt = context.now();
        lastActivity = connectedAt;
    }

    /** Sets the total of bytes that have moved. The hot path. */
    void moved(long up, long down) {
        if (up + down == bytes) {
            return;
        }
        bytes = up + down;
        lastActivity = context.now();
        if (down > 0 && firstByteAt == NEVER) {
            firstByteAt = lastActivity;
        }
    }

    /** An EOF or a RST was passed on, which moves no byte. */
    void touch() {
        lastActivity = context.now();
    }

    /** Adds the bytes that have moved since the last time to the backend's counters. */
    void settle(Backend backend, long up, long down) {
        backend.addBytes(up - settledUp, down - settledDown);
        settledUp = up;
        settledDown = down;
    }

    /** From the choice of the pool; so the time that the client took for its preface is not in. */
    long nanosToConnect() {
        return connectedAt - routedAt;
    }

    /** From the choice of the pool; -1 if the backend sent none. */
    long nanosToFirstByte() {
        return firstByteAt == NEVER ? -1 : firstByteAt - routedAt;
    }

    /** Since it was accepted. */
    public long nanosOpen() {
        return context.now() - acceptedAt;
    }

    /** Since a byte moved, or an EOF was passed on. */
    public long nanosIdle() {
        return context.now() - lastActivity;
    }
}
