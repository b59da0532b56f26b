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
     * it: {@link Relay#reportsFailures}.
     */
    private static final Duration FAILURE_CHECK = Duration.ofSeconds(1);

    private static final long NEVER = Long.MAX_VALUE;

    private Timeouts() {}

    /** Starts the timer for what comes first. */
    static void start(Connection connection, boolean halfClosed) {
        FrontendSettings settings = settings(connection);
        ConnectionTimes times = connection.times();
        long delay = left(limit(settings, halfClosed), times.nanosIdle());
        delay = Math.min(delay, left(age(connection), times.nanosOpen()));
        if (halfClosed && !connection.relay().reportsFailures()) {
            delay = Math.min(delay, FAILURE_CHECK.toNanos());
        }
        start(connection.timer(), delay);
    }

    /** Which limit is over; null for none, and then the timer is started again. */
    static CloseReason check(Connection connection, boolean halfClosed) {
        FrontendSettings settings = settings(connection);
        ConnectionTimes times = connection.times();
        if (times.nanosOpen() >= age(connection)) {
            return CloseReason.MAX_AGE;
        }
        long limit = limit(settings, halfClosed);
        if (times.nanosIdle() < limit) {
            start(connection, halfClosed);
            return null;
        }
        boolean byHalfClose = halfClosed && limit == nanos(settings.halfCloseTimeout());
        return byHalfClose ? CloseReason.HALF_CLOSE_TIMEOUT : CloseReason.IDLE_TIMEOUT;
    }

    /** Starts the timer for what is left of the half-close limit. */
    static void startResetting(Connection connection) {
        long limit = limit(settings(connection), true);
        start(connection.timer(), left(limit, connection.times().nanosIdle()));
    }

    /** Whether nothing has moved for the half-close limit. */
    static boolean isResettingOver(Connection connection) {
        return connection.times().nanosIdle() >= limit(settings(connection), true);
    }

    private static FrontendSettings settings(Connection connection) {
        return connection.frontend().settings();
    }

    private static void start(Timer timer, long delay) {
        if (delay == NEVER) {
            timer.cancel();
        } else {
            timer.start(Duration.ofNanos(delay));
        }
    }

    private static long limit(FrontendSettings settings, boolean halfClosed) {
        long idle = nanos(settings.idleTimeout());
        return halfClosed ? Math.min(idle, nanos(settings.halfCloseTimeout())) : idle;
    }

    /**
     * The greatest age of this connection. Its jitter follows from its id, so it costs no memory,
     * and is the same whenever it is asked for.
     */
    private static long age(Connection connection) {
        FrontendSettings settings = settings(connection);
        long age = nanos(settings.maxAge());
        if (age == NEVER) {
            return NEVER;
        }
        double most = age / 100.0 * settings.maxAgeJitter();
        return age - (long) (most * fraction(connection.id()));
    }

    /** From 0 to 1, and nothing like that of the next id: the finalizer of SplitMix64. */
    private static double fraction(long id) {
        long mixed = (id + 1) * 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return ((mixed ^ (mixed >>> 31)) >>> 11) * 0x1.0p-53;
    }

    /** Zero is no limit. */
    private static long nanos(Duration limit) {
        return limit.isZero() ? NEVER : limit.toNanos();
    }

    private static long left(long limit, long passed) {
        return limit == NEVER ? NEVER : Math.max(0, limit - passed);
    }
}
