package dev.eventloop.examples.logcollector;

/** How lines are acknowledged. The names are the option's values. */
enum ReplyMode {
    /** {@code OK} per line, many in one write. */
    line,
    /** {@code OK 123} for 123 lines at once. */
    count,
    /** No replies, for senders that never read, such as syslog's. */
    none
}
