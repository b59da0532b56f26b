package dev.eventloop.examples.logcollector;

/** How safe a line must be before it is acknowledged. The names are the option's values. */
enum Sync {
    /** The line is in this program's memory. */
    none,
    /** The kernel, or Kafka, has the line: it survives a crash of this program. */
    write,
    /** The line is on disk: it survives a power failure. */
    fsync
}
