package dev.eventloop.lb.relay;

import dev.eventloop.Timer;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.frontend.FrontendSettings;
import java.time.Duration;

/**
 * The time limits of one connection while bytes are relayed. Starts its timer on a change of phase,
 * not on each event; when the timer fires, checks whether a limit is over.
 */
final class Timeouts {
    /**
     * How often to check whether a half-closed connection was reset, where the loop does not report
     * it: {@link Relay#hearsFailures}.
     */
    private static final Duration FAILURE_CHECK = Duration.ofSeconds(1);

    private static final long NEVER = Long.MAX_VALUE;

    private final Timer timer;
    private final ConnectionTimes times;
    private FrontendSettings settings;
    private boolean looksForFailures;

    Timeouts(Timer timer, ConnectionTimes times) {
        this.timer = timer;
        this.times = times;
    }

    /**
     * Resets for another connection.
     *
     * @param looksForFailures whether a half-closed connection needs {@link #FAILURE_CHECK}
     */
    void begin(FrontendSettings settings, boolean looksForFailures) {
        this.settings = settings;
        this.looksForFailures = looksForFailures;
    }

    /** Starts the timer for the earliest limit. */
    void start(boolean halfClosed) {
        long delay = left(limit(halfClosed), times.nanosIdle());
        delay = Math.min(delay, left(nanos(settings.maxAge()), times.nanosOpen()));
        if (halfClosed && looksForFailures) {
            delay = Math.min(delay, FAILURE_CHECK.toNanos());
        }
        if (delay == NEVER) {
            timer.cancel();
        } else {
            timer.start(Duration.ofNanos(delay));
        }
    }

    /** Which limit is over; null for none, after starting the timer again. */
    CloseReason check(boolean halfClosed) {
        if (times.nanosOpen() >= nanos(settings.maxAge())) {
            return CloseReason.MAX_AGE;
        }
        long limit = limit(halfClosed);
        if (times.nanosIdle() < limit) {
            start(halfClosed);
            return null;
        }
        boolean byHalfClose = halfClosed && limit == nanos(settings.halfCloseTimeout());
        return byHalfClose ? CloseReason.HALF_CLOSE_TIMEOUT : CloseReason.IDLE_TIMEOUT;
    }

    /** Starts the timer for the half-close limit, from now on. */
    void startResetting() {
        long limit = limit(true);
        if (limit == NEVER) {
            timer.cancel();
        } else {
            timer.start(Duration.ofNanos(limit));
        }
    }

    /** Whether nothing has moved for the half-close limit. */
    boolean isResettingOver() {
        return times.nanosIdle() >= limit(true);
    }

    private long limit(boolean halfClosed) {
        long idle = nanos(settings.idleTimeout());
        return halfClosed ? Math.min(idle, nanos(settings.halfCloseTimeout())) : idle;
    }

    /** Zero is no limit. */
    private static long nanos(Duration limit) {
        return limit.isZero() ? NEVER : limit.toNanos();
    }

    private static long left(long limit, long passed) {
        return limit == NEVER ? NEVER : Math.max(0, limit - passed);
    }
}
