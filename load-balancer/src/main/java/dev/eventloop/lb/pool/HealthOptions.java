package dev.eventloop.lb.pool;

import java.time.Duration;

/**
 * The settings of health checks.
 *
 * @param interval between two checks; zero to check only backends that are down
 * @param timeout for a check to connect
 * @param fall failures in a row that take a backend down
 * @param rise successes in a row that bring it back up
 * @param slowStart how long its share then takes to grow back; zero for no slow start
 */
public record HealthOptions(
        Duration interval, Duration timeout, int fall, int rise, Duration slowStart) {
    private static final Duration WHEN_DOWN = Duration.ofSeconds(2);

    /** Whether backends that are up are checked. */
    public boolean isActive() {
        return !interval.isZero();
    }

    /** A backend that is down is checked even without an interval, or it would never come back. */
    Duration intervalOf(Backend backend) {
        return isActive() ? interval : WHEN_DOWN;
    }
}
