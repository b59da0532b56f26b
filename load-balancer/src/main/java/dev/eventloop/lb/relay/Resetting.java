package dev.eventloop.lb.relay;

import dev.eventloop.Timer;
import java.time.Duration;

/**
 * Passes a reset on to the surviving peer once that peer has acknowledged all bytes before it: a
 * RST discards the bytes that the kernel has not sent yet.
 */
final class Resetting {
    /** How often to check whether the last bytes before a reset were acknowledged. */
    private static final Duration CHECK = Duration.ofMillis(5);

    private final Relay relay;
    private final Timer timer;
    private final ConnectionTimes times;
    private final Timeouts timeouts;

    /** The direction whose source was reset. */
    private Direction direction;

    /** How many bytes the survivor had not acknowledged at the last check. */
    private int unacknowledged;

    Resetting(Relay relay, Timer timer, ConnectionTimes times, Timeouts timeouts) {
        this.relay = relay;
        this.timer = timer;
        this.times = times;
        this.timeouts = timeouts;
    }

    /** The source of this direction was reset. */
    void begin(Direction direction) {
        this.direction = direction;
        unacknowledged = 0;
        timeouts.startResetting();
    }

    /**
     * Whether the survivor has acknowledged everything, is gone too, or takes too long. If not,
     * starts the timer for the next check.
     */
    boolean mayClose() {
        boolean gone =
                !relay.hearsFailures()
                        && relay.lookForFailure(direction.opposite()) == Outcome.RESET;
        if (gone) {
            return true; // no more acknowledgements will come
        }
        int left = relay.unacknowledged(direction);
        if (left < unacknowledged) { // slow, but not silent
            times.touch();
        }
        unacknowledged = left;
        if (left > 0 && !timeouts.isResettingOver()) {
            timer.start(CHECK);
            return false;
        }
        return true;
    }
}
