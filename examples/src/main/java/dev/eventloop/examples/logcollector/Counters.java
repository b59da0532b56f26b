package dev.eventloop.examples.logcollector;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What STATS tells. Counted once per chunk or per connection, so that nobody waits for it. */
final class Counters {
    final long startedNanos = System.nanoTime();
    final AtomicInteger clients = new AtomicInteger();
    final AtomicLong connections = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong lines = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong truncated = new AtomicLong();

    /** Lines that broke off with a reset, and were not kept. */
    final AtomicLong torn = new AtomicLong();

    /** How often a client had to wait because all chunks were in use. */
    final AtomicLong pauses = new AtomicLong();
}
