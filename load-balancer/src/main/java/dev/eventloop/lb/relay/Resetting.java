package dev.eventloop.lb.relay;

import dev.eventloop.ErrnoException;

/**
 * Passes a reset on to the surviving peer once that peer has acknowledged all bytes before it: a
 * RST discards the bytes that the kernel has not sent yet. No event tells of that, so those who
 * wait for it stand in a {@link WaitingLine}.
 */
final class Resetting {
    private Resetting() {}

    /** Ends the connection, or lets it wait for the survivor; false if it has ended. */
    static boolean pass(Connection connection, RelayContext context) throws ErrnoException {
        if (isOver(connection)) {
            connection.close(connection.endings().resetReason());
            return false;
        }
        if (connection.line == null) {
            context.lines().acknowledgement().join(connection);
        }
        connection.relay().updateInterests(); // the survivor need not be writable any more
        return true;
    }

    static void onTimer(Connection connection) {
        if (Timeouts.isResettingOver(connection)) {
            connection.close(connection.endings().resetReason());
        } else {
            Timeouts.startResetting(connection);
        }
    }

    /** Whether the survivor has acknowledged everything, is gone too, or takes too long. */
    private static boolean isOver(Connection connection) {
        Relay relay = connection.relay();
        Direction direction = connection.endings().first();
        boolean gone =
                !relay.reportsFailures()
                        && relay.lookForFailure(direction.opposite()) == Outcome.RESET;
        if (gone) {
            return true; // no more acknowledgements will come
        }
        int left = relay.unacknowledged(direction);
        if (connection.endings().hasFewerUnacknowledged(left)) { // slow, but not silent
            connection.times().touch();
        }
        // A socket that was reset acknowledges nothing, and its event may have been dispatched
        // before: together with bytes that went to the peer that was reset first.
        return left <= 0
                || Timeouts.isResettingOver(connection)
                || relay.isGone(direction.opposite());
    }
}
