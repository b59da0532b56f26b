package dev.eventloop.lb.pool;

/**
 * Whether a backend is healthy. {@code fall} failures in a row, of checks or connects, take it
 * down; {@code rise} successes in a row bring it back up. Any thread. A success of a healthy
 * backend, the common case, only reads.
 */
final class Health {
    private volatile boolean up = true;
    private volatile int failures;
    private int successes;

    /** Whether it is in its slow start, which began at {@link #startedAt}. */
    private boolean inSlowStart;

    private long startedAt;

    /**
     * Counts a success.
     *
     * @param now nanoseconds, of any origin
     * @return whether this success brought the backend back up
     */
    boolean succeeded(int rise, long now) {
        return (!up || failures > 0) && countSuccess(rise, now);
    }

    private synchronized boolean countSuccess(int rise, long now) {
        failures = 0;
        if (up || ++successes < rise) {
            return false;
        }
        up = true;
        startSlowly(now);
        return true;
    }

    /** Begins a slow start: of a backend that is up again, or is new among others. */
    synchronized void startSlowly(long now) {
        inSlowStart = true;
        startedAt = now;
    }

    /** Starts over, as for a backend that nothing is known of. */
    synchronized void reset() {
        up = true;
        failures = 0;
        successes = 0;
        inSlowStart = false;
    }

    /** Counts a failure; returns whether it took the backend down. */
    synchronized boolean failed(int fall) {
        successes = 0;
        failures = Math.min(failures, fall) + 1;
        if (!up || failures < fall) {
            return false;
        }
        up = false;
        return true;
    }

    boolean isUp() {
        return up;
    }

    /** Failures in a row. */
    int failures() {
        return failures;
    }

    /**
     * The current step of the slow start, from 1 to {@code steps}; {@code steps} means it is over.
     */
    synchronized int slowStartStep(long now, long duration, int steps) {
        if (!inSlowStart || duration <= 0 || now - startedAt >= duration) {
            inSlowStart = false;
            return steps;
        }
        return 1 + (int) ((double) (now - startedAt) * (steps - 1) / duration);
    }

    synchronized boolean isInSlowStart() {
        return inSlowStart;
    }
}
