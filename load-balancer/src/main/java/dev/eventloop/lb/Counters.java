package dev.eventloop.lb;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted of all connections. Shared by all threads. */
final class Counters {
    private final AtomicLong accepted = new AtomicLong();
    private final Map<CloseReason, AtomicLong> closes = new EnumMap<>(CloseReason.class);

    Counters() {
        for (CloseReason reason : CloseReason.values()) {
            closes.put(reason, new AtomicLong());
        }
    }

    void accepted() {
        accepted.getAndIncrement();
    }

    void closed(CloseReason reason) {
        closes.get(reason).getAndIncrement();
    }

    long acceptedCount() {
        return accepted.get();
    }

    /** Accepted and not yet closed. */
    int active() {
        long count = accepted.get();
        for (AtomicLong closed : closes.values()) {
            count -= closed.get();
        }
        return (int) Math.max(0, count);
    }

    /** Reasons that have occurred. */
    Map<CloseReason, Long> closes() {
        Map<CloseReason, Long> counts = new EnumMap<>(CloseReason.class);
        closes.forEach(
                (reason, count) -> {
                    if (count.get() > 0) {
                        counts.put(reason, count.get());
                    }
                });
        return counts;
    }
}
