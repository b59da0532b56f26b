package dev.eventloop.lb.runtime;

import dev.eventloop.EventLoop;
import java.time.Duration;

/** Lets a warning be logged at most once a minute. Confined to a loop's thread. */
final class WarningPace {
    private static final long NANOS_BETWEEN = Duration.ofMinutes(1).toNanos();

    private final EventLoop loop;
    private boolean warned;
    private long warnedAt;

    WarningPace(EventLoop loop) {
        this.loop = loop;
    }

    /** Whether it is time; then it is not for a minute. */
    boolean isTime() {
        long now = loop.nanoTime();
        boolean time = !warned || now - warnedAt > NANOS_BETWEEN;
        if (time) {
            warned = true;
            warnedAt = now;
        }
        return time;
    }
}
