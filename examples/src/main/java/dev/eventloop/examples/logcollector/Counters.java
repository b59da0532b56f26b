package dev.eventloop.examples.logcollector;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The counters for STATS, updated once per chunk or connection to keep them cheap. */
final class Counters {
    final long startedNanos = System.nanoTime();
    final AtomicInteger clients = new AtomicInteger();
    final AtomicLong connections = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong lines = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong truncated = new AtomicLong();

    /** Incomplete lines dropped at a reset. */
    final AtomicLong torn = new AtomicLong();

    /** The number of times that a client waited because all chunks were in use. */
    final AtomicLong pauses = new AtomicLong();
}
