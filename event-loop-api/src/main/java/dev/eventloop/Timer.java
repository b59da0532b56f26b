package dev.eventloop;

import java.time.Duration;

/**
 * A reusable timer of one {@link EventLoop}. Starting, restarting and cancelling are O(1) and
 * allocate nothing. A timer never fires early; timers fire in the order of their deadlines, on the
 * loop's thread.
 *
 * <p>While a thread is inside {@link EventLoop#run}, only that thread may start or cancel a timer.
 * Other threads, and all threads after the loop is closed, get {@link IllegalStateException}.
 */
public interface Timer {
    /**
     * Fires once after {@code delay}; restarts a timer that is running.
     *
     * @param delay zero (the next iteration) or more; a delay of more nanoseconds than a long holds
     *     (292 years) means never
     */
    void start(Duration delay);

    /**
     * Fires every {@code period} until cancelled, at multiples of the period after the start.
     * Periods missed because the loop was busy are skipped.
     *
     * @param period more than zero
     */
    void startPeriodic(Duration period);

    /** Stops the timer. It does not fire, not even if it is due in the iteration in progress. */
    void cancel();

    /** Whether the timer is running. */
    boolean isActive();
}
