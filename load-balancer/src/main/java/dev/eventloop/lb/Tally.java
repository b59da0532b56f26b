package dev.eventloop.lb;

import dev.eventloop.lb.upstream.Backend;

/** When things happened to one connection, and what its backend knows of its bytes. */
final class Tally {
    private final Worker worker;
    private long acceptedAt;
    private long connectedAt;

    /** When the backend's first byte was passed on; only if any was. */
    private long firstByteAt;

    private long lastActivity;
    private long settledUp;
    private long settledDown;

    Tally(Worker worker) {
        this.worker = worker;
    }

    void accepted() {
        acceptedAt = worker.now();
        lastActivity = acceptedAt;
        settledUp = 0;
        settledDown = 0;
    }

    void connected() {
        connectedAt = worker.now();
        lastActivity = connectedAt;
    }

    void firstByte() {
        firstByteAt = worker.now();
    }

    /** Bytes moved. */
    void touch() {
        lastActivity = worker.now();
    }

    /** Tells the backend of the bytes that have moved since the last time. */
    void settle(Backend backend, long up, long down) {
        backend.addBytes(up - settledUp, down - settledDown);
        settledUp = up;
        settledDown = down;
    }

    long nanosToConnect() {
        return connectedAt - acceptedAt;
    }

    long nanosToFirstByte() {
        return firstByteAt - acceptedAt;
    }

    long nanosOpen() {
        return worker.now() - acceptedAt;
    }

    long nanosIdle() {
        return worker.now() - lastActivity;
    }
}
