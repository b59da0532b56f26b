package dev.eventloop.lb.frontend;

import dev.eventloop.lb.CloseReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the connections of a frontend, or of several of the same name one after the other. Shared
 * by all threads.
 */
public final class Counters {
    private final AtomicLong accepted = new AtomicLong();
    private final Map<CloseReason, AtomicLong> closes = new EnumMap<>(CloseReason.class);

    /** All zero. */
    public Counters() {
        for (CloseReason reason : CloseReason.values()) {
            closes.put(reason, new AtomicLong());
        }
    }

    /** Counts a connection. */
    public void accepted() {
        accepted.getAndIncrement();
    }

    /** Counts the end of a connection. */
    public void closed(CloseReason reason) {
        closes.get(reason).getAndIncrement();
    }

    /** Connections that were accepted. */
    public long acceptedCount() {
        return accepted.get();
    }

    /** Connections that were accepted and are not closed. */
    public int active() {
        long count = accepted.get();
        for (AtomicLong closed : closes.values()) {
            count -= closed.get();
        }
        return (int) Math.max(0, count);
    }

    /** How many connections ended, by reason; without reasons that have not occurred. */
    public Map<CloseReason, Long> closes() {
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
