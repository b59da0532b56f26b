package dev.eventloop.lb.relay;

import dev.eventloop.lb.CloseReason;

/** Which directions of a connection have ended, and which one first. */
final class Endings {
    /** The first direction whose source sent EOF, or was reset; null for none. */
    private Direction first;

    /** Whether the EOF was passed on to the sink. */
    private boolean up;

    private boolean down;

    /** How many bytes the survivor of a reset had not acknowledged at the last check. */
    private int unacknowledged;

    /** Resets for another connection. */
    void begin() {
        first = null;
        up = false;
        down = false;
    }

    /** The EOF of a direction was passed on. */
    void passed(Direction direction) {
        if (first == null) {
            first = direction;
        }
        up |= direction == Direction.UP;
        down |= direction == Direction.DOWN;
    }

    /** The source of a direction was reset, which decides the reason. */
    void reset(Direction direction) {
        first = direction;
        unacknowledged = 0;
    }

    /** Whether the survivor has acknowledged more since the last check. */
    boolean hasFewerUnacknowledged(int now) {
        boolean fewer = now < unacknowledged;
        unacknowledged = now;
        return fewer;
    }

    Direction first() {
        return first;
    }

    /** Whether at least one direction has ended. */
    boolean isAny() {
        return up || down;
    }

    boolean areBoth() {
        return up && down;
    }

    CloseReason closeReason() {
        return first == Direction.UP ? CloseReason.CLIENT_CLOSED : CloseReason.BACKEND_CLOSED;
    }

    CloseReason resetReason() {
        return first == Direction.UP ? CloseReason.CLIENT_RESET : CloseReason.BACKEND_RESET;
    }
}
