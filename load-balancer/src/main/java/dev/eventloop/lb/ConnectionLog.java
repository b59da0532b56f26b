package dev.eventloop.lb;

/** What connections are logged to. Any thread; does not block, and throws nothing. */
public interface ConnectionLog {
    /** Whether there is a line for these events; the others must not be passed to this. */
    boolean has(AccessLogEvent event);

    /** A backend has accepted. */
    void opened(OpenedConnection connection);

    /** The connection has ended. */
    void closed(ClosedConnection connection);
}
