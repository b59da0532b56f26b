package dev.eventloop.examples.echo;

import dev.eventloop.Events;

/** The trigger mode: the kernel reports a state (level) or a change of state (edge). */
enum Trigger {
    /** Every wait reports the state while it lasts, so one read per callback is enough. */
    LEVEL(1) {
        @Override
        int interest(boolean blocked) {
            return blocked ? Events.WRITE : Events.READ;
        }
    },

    /**
     * A wait reports each change once. A callback that stops before EAGAIN must re-arm the
     * registration, or it is never called for the rest: "Do I need to continuously read/write a
     * file descriptor until EAGAIN?" in epoll(7).
     */
    EDGE(4) {
        @Override
        int interest(boolean blocked) {
            return Events.READ | Events.WRITE | Events.EDGE;
        }
    };

    /** The number of reads per callback; then the other connections get their turn. */
    final int readsPerTurn;

    Trigger(int readsPerTurn) {
        this.readsPerTurn = readsPerTurn;
    }

    /** The interest for a connection that is blocked, or is not. */
    abstract int interest(boolean blocked);
}
