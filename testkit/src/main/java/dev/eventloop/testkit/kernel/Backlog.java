package dev.eventloop.testkit.kernel;

import java.util.ArrayDeque;
import java.util.Queue;

/** A listener's backlog: connections to be accepted, and handshakes in progress. */
final class Backlog {
    private final int limit;
    private final Queue<StreamSocket> waiting = new ArrayDeque<>();
    private int inProgress;

    /**
     * @param limit the argument of listen(2); as on Linux, one more fits
     */
    Backlog(int limit) {
        this.limit = Math.max(0, limit);
    }

    boolean isFull() {
        return waiting.size() + inProgress > limit;
    }

    void begin() {
        inProgress++;
    }

    void abandon() {
        inProgress--;
    }

    void complete(StreamSocket socket) {
        inProgress--;
        waiting.add(socket);
    }

    int size() {
        return waiting.size();
    }

    /** Removes the oldest connection; null for none. */
    StreamSocket poll() {
        return waiting.poll();
    }
}
