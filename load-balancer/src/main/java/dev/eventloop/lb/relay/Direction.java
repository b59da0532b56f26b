package dev.eventloop.lb.relay;

/** The direction of bytes: from a source, which is read, to a sink, which is written. */
public enum Direction {
    /** From the client to the backend. */
    UP,

    /** From the backend to the client. */
    DOWN;

    /** The other way. */
    public Direction opposite() {
        return this == UP ? DOWN : UP;
    }
}
