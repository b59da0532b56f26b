package dev.eventloop.lb.relay;

/** What a {@link Connection} does at the moment. */
enum Phase {
    FREE,
    PREFACE,
    CONNECTING,
    RELAYING,
    /** One side was reset; the other first gets the bytes before the reset, then a RST. */
    RESETTING,
    /** Closed; goes back to its pool when the relay has nothing outstanding. */
    CLOSING
}
