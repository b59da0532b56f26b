package dev.eventloop;

import java.time.Duration;

/**
 * A re-usable timer of one {@link EventLoop}. Starting, restarting and cancelling are O(1) and
 * allocate nothing. Never fires early; timers fire in the order of their deadlines, on the loop's
 * thread.
 *
 * <p>While a thread is inside {@link EventLoop#run} only that thread may call these methods ({@link
 * IllegalStateException} otherwise, and after the loop is closed).
 */
public interface Timer {
    /**
     * Fires once after {@code delay}; a timer that is running is restarted.
     *
     * @param delay zero (the next iteration) or more; what overflows a long of nanoseconds means
     *     never
     */
    void start(Duration delay);

    /**
     * Fires every {@code period} until cancelled, on a fixed grid: periods that were missed because
     * the loop was busy are skipped, not made up for.
     *
     * @param period more than zero
     */
    void startPeriodic(Duration period);

    /** Stops the timer. A cancelled timer does not fire, not even later in the same iteration. */
    void cancel();

    /** Whether the timer is going to fire. */
    boolean isActive();
}
