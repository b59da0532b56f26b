package dev.eventloop.lb.runtime;

import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.relay.Connection;
import java.util.List;

/**
 * Closes connections that were selected, a batch in each turn of the loop: with many thousands, the
 * other connections of the worker go on in between. On the loop.
 */
final class Sweep implements Runnable {
    private static final int BATCH = 64;

    private final Worker worker;
    private final List<Connection> doomed;

    /** A connection that ended in the meantime may be another client's by now. */
    private final long[] ids;

    private final CloseReason reason;
    private int next;

    private Sweep(Worker worker, List<Connection> doomed, CloseReason reason) {
        this.worker = worker;
        this.doomed = doomed;
        this.reason = reason;
        this.ids = doomed.stream().mapToLong(Connection::id).toArray();
    }

    /** Closes the first ones at once; returns how many there are in all. */
    static int start(Worker worker, List<Connection> doomed, CloseReason reason) {
        new Sweep(worker, doomed, reason).run();
        return doomed.size();
    }

    /** The next batch. */
    @Override
    public void run() {
        int end = Math.min(next + BATCH, ids.length);
        while (next < end) {
            Connection connection = doomed.get(next);
            if (connection.isOpen() && connection.id() == ids[next]) {
                connection.close(reason);
            }
            next++;
        }
        if (next < ids.length) {
            worker.execute(this);
        }
    }
}
