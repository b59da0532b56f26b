package dev.eventloop.examples.echo;

import dev.eventloop.Events;

/** What the kernel is asked for: to say that something is so, or that it has become so. */
enum Trigger {
    /** It says so again and again as long as it is so: one read a turn is enough. */
    LEVEL(1) {
        @Override
        int interest(boolean blocked) {
            return blocked ? Events.WRITE : Events.READ;
        }
    },

    /**
     * It says so once. Who stops before EAGAIN must ask again, or never hears of the rest: "Do I
     * need to continuously read/write a file descriptor until EAGAIN?" in epoll(7).
     */
    EDGE(4) {
        @Override
        int interest(boolean blocked) {
            return Events.READ | Events.WRITE | Events.EDGE;
        }
    };

    /** Then it is the turn of the others, however much there is to read. */
    final int readsPerTurn;

    Trigger(int readsPerTurn) {
        this.readsPerTurn = readsPerTurn;
    }

    /** What to watch a connection for, whose reader keeps up or does not. */
    abstract int interest(boolean blocked);
}
