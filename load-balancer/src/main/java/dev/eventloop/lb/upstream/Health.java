package dev.eventloop.lb.upstream;

/**
 * Whether a backend is fit. So many failures in a row, of checks or of connects, and it is not; so
 * many successes in a row, and it is again. Any thread; what succeeds while all is well, which is
 * the rule, only reads.
 */
final class Health {
    private volatile boolean up = true;
    private volatile int failures;
    private int successes;

    /** When it came back, for its slow start. */
    private boolean hasRecovered;

    private long recoveredAt;

    /** True if it is up again now. */
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

    /** True if it is down now. */
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

    /** In a row. */
    int failures() {
        return failures;
    }

    /**
     * How far its slow start is, in steps from 1 to {@code steps}, the last of which is the end.
     */
    synchronized int slowStartStep(long now, long duration, int steps) {
        if (!hasRecovered || duration <= 0 || now - recoveredAt >= duration) {
            hasRecovered = false;
            return steps;
        }
        return 1 + (int) ((now - recoveredAt) * (steps - 1) / duration);
    }
}
