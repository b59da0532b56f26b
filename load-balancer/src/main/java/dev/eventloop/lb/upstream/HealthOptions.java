package dev.eventloop.lb.upstream;

import java.time.Duration;

/**
 * How the health of backends is watched.
 *
 * @param interval between two checks; zero for none, save of those that are down
 * @param timeout of a check
 * @param fall failures in a row, after which a backend is down
 * @param rise successes in a row, after which it is up again
 * @param slowStart over how long it then gets its share back; zero for at once
 */
public record HealthOptions(
        Duration interval, Duration timeout, int fall, int rise, Duration slowStart) {
    private static final Duration WHEN_DOWN = Duration.ofSeconds(2);

    /** Whether backends that are up are checked. */
    public boolean isActive() {
        return !interval.isZero();
    }

    /** Who is down must be checked, or would never come back. */
    Duration intervalOf(Backend backend) {
        return isActive() ? interval : WHEN_DOWN;
    }
}
