package dev.eventloop.lb.relay;

import dev.eventloop.Timer;
import java.time.Duration;

/**
 * Passes a reset on to the surviving peer, once that one has all bytes that came before it: a RST
 * throws away what the system has not sent yet, so that must be acknowledged first.
 */
final class Resetting {
    /** How often to look whether the last bytes before a reset were acknowledged. */
    private static final Duration CHECK = Duration.ofMillis(5);

    private final Relay relay;
    private final Timer timer;
    private final ConnectionTimes times;
    private final Timeouts timeouts;

    /** The direction whose source was reset. */
    private Direction direction;

    /** How many bytes the survivor had not acknowledged at the last look. */
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
     * Whether the survivor has everything, is gone as well, or takes too long. If not, the timer is
     * started for the next look.
     */
    boolean mayClose() {
        boolean gone =
                !relay.hearsFailures()
                        && relay.lookForFailure(direction.opposite()) == Outcome.RESET;
        if (gone) {
            return true; // it acknowledges nothing any more
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
