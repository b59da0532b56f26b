package dev.eventloop.examples.logcollector;

/** Where lines go beside the memory. Written as users do. */
enum SinkKind {
    memory,
    files,
    kafka
}
