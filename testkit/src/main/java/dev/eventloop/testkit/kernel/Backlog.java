package dev.eventloop.testkit.kernel;

import java.util.ArrayDeque;
import java.util.Queue;

/** A listener's connections that wait to be accepted, and those whose handshake is under way. */
final class Backlog {
    private final int limit;
    private final Queue<StreamSocket> waiting = new ArrayDeque<>();
    private int underWay;

    /**
     * @param limit as given to listen(2); one more fits, as on Linux
     */
    Backlog(int limit) {
        this.limit = Math.max(0, limit);
    }

    boolean isFull() {
        return waiting.size() + underWay > limit;
    }

    void begin() {
        underWay++;
    }

    void abandon() {
        underWay--;
    }

    void complete(StreamSocket socket) {
        underWay--;
        waiting.add(socket);
    }

    int size() {
        return waiting.size();
    }

    /** The one that waits longest; null for none. */
    StreamSocket poll() {
        return waiting.poll();
    }
}
