package dev.eventloop;

import java.time.Duration;
import java.util.Objects;

/** A timer, which is a node of the wheel's intrusive lists. */
final class WheelTimer implements Timer {
    private final PollerEventLoop loop;
    private final Runnable onExpiry;

    /** The neighbours in the slot's list; null while the timer is not running. */
    WheelTimer previous;

    WheelTimer next;

    /** Which list the timer is in. */
    int slot;

    /** Nanoseconds since the wheel's origin. */
    long deadline;

    private long periodNanos;

    WheelTimer(PollerEventLoop loop, Runnable onExpiry) {
        this.loop = loop;
        this.onExpiry = Objects.requireNonNull(onExpiry, "onExpiry");
    }

    @Override
    public void start(Duration delay) {
        loop.checkOwned("start a timer of");
        long nanos = saturatedNanos(delay);
        if (nanos < 0) {
            throw new IllegalArgumentException(
                    "the delay is " + delay + "; it must not be negative");
        }
        periodNanos = 0;
        loop.timers().start(this, nanos);
    }

    @Override
    public void startPeriodic(Duration period) {
        loop.checkOwned("start a timer of");
        long nanos = saturatedNanos(period);
        if (nanos <= 0) {
            throw new IllegalArgumentException("the period is " + period + "; it must be positive");
        }
        periodNanos = nanos;
        loop.timers().start(this, nanos);
    }

    @Override
    public void cancel() {
        loop.checkOwned("cancel a timer of");
        loop.timers().cancel(this);
    }

    @Override
    public boolean isActive() {
        return next != null;
    }

    /** Called by the loop after {@link TimerWheel#pollDue}. */
    void fire(TimerWheel wheel) {
        if (periodNanos > 0) { // before the callback, which may cancel
            wheel.restart(this, periodNanos);
        }
        onExpiry.run();
    }

    private static long saturatedNanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) { // more than 292 years
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
