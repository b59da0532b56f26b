package dev.eventloop.examples.logcollector;

/** The kinds of sinks. The names are the option's values. */
enum SinkKind {
    memory,
    files,
    kafka
}
