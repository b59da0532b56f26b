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

    /** Whether it came back up and is in its slow start, which began at {@link #recoveredAt}. */
    private boolean hasRecovered;

    private long recoveredAt;

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
        hasRecovered = true;
        recoveredAt = now;
        return true;
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
        if (!hasRecovered || duration <= 0 || now - recoveredAt >= duration) {
            hasRecovered = false;
            return steps;
        }
        return 1 + (int) ((now - recoveredAt) * (steps - 1) / duration);
    }
}
