package dev.eventloop.lb.relay;

/** Which way bytes go. A direction has a source, where bytes are read, and a sink. */
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
