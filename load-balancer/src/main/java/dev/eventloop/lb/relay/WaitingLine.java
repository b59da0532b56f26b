package dev.eventloop.lb.relay;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import java.time.Duration;

/**
 * Connections that wait for something that no event reports. One timer for all of them: each turn
 * looks at a few, so the cost does not grow with the number that waits. Takes no memory for those
 * who wait. Confined to the loop's thread.
 */
final class WaitingLine implements Runnable {
    private static final int LOOKS_PER_TURN = 16;

    private final Timer timer;
    private final Duration interval;
    private final boolean alike;
    private Connection first;
    private Connection last;
    private int size;

    /**
     * @param interval between turns
     * @param alike whether all wait for the same thing: while the first one has to wait, the others
     *     need not be looked at. Otherwise they take turns
     */
    WaitingLine(EventLoop loop, Duration interval, boolean alike) {
        this.timer = loop.newTimer(this);
        this.interval = interval;
        this.alike = alike;
    }

    /** Puts a connection that is in no line at the end of this one. */
    void join(Connection connection) {
        connection.line = this;
        connection.ahead = last;
        connection.behind = null;
        if (last == null) {
            first = connection;
        } else {
            last.behind = connection;
        }
        last = connection;
        size++;
        if (!timer.isActive()) {
            timer.start(interval);
        }
    }

    /** Takes a connection out of its line, if it is in one. */
    static void leave(Connection connection) {
        if (connection.line != null) {
            connection.line.remove(connection);
        }
    }

    private void remove(Connection connection) {
        if (connection.ahead == null) {
            first = connection.behind;
        } else {
            connection.ahead.behind = connection.behind;
        }
        if (connection.behind == null) {
            last = connection.ahead;
        } else {
            connection.behind.ahead = connection.ahead;
        }
        connection.line = null;
        connection.ahead = null;
        connection.behind = null;
        size--;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** A turn. */
    @Override
    public void run() {
        for (int left = Math.min(size, LOOKS_PER_TURN); left > 0 && first != null; left--) {
            Connection head = first;
            head.onTurn();
            if (head == first) { // it goes on waiting
                if (alike) {
                    break;
                }
                remove(head);
                join(head);
            }
        }
        if (first == null) {
            timer.cancel();
        } else {
            timer.start(interval);
        }
    }
}
