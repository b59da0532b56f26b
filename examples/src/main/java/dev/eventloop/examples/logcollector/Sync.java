package dev.eventloop.examples.logcollector;

/** What must have happened to a line before it is acknowledged. Written as users do. */
enum Sync {
    /** It is in this program's memory. */
    none,
    /** The system, or Kafka, has it: it survives the end of this program, however sudden. */
    write,
    /** It is on the disk: it survives a power failure. */
    fsync
}
