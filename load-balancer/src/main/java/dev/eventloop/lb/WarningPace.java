package dev.eventloop.lb;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets a warning be logged at most once a minute. Any thread. */
public final class WarningPace {
    private static final long NANOS_BETWEEN = Duration.ofMinutes(1).toNanos();
    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong warnedAt = new AtomicLong(NEVER);

    /**
     * Whether the caller may log the warning now; then nobody may for a minute.
     *
     * @param now nanoseconds, of any origin
     */
    public boolean claim(long now) {
        long before = warnedAt.get();
        boolean isTime = before == NEVER || now - before >= NANOS_BETWEEN;
        return isTime && warnedAt.compareAndSet(before, now);
    }
}
