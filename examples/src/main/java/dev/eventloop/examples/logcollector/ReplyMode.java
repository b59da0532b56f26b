package dev.eventloop.examples.logcollector;

/** How lines are acknowledged. Written as users do. */
enum ReplyMode {
    /** {@code OK} for each line, as many in one write as there are. */
    line,
    /** {@code OK 123} for so many lines at once. */
    count,
    /** Nothing at all: for senders that never read, such as syslog's. */
    none
}
