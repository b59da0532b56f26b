package dev.eventloop.lb;

/** What the access log has a line for. */
public enum AccessLogEvent {
    /** A backend has accepted a client's connection. */
    OPEN,

    /** A client's connection has ended, with or without a backend. */
    CLOSE
}
