package dev.eventloop.lb.simulation;

import dev.eventloop.lb.CloseReason;

/**
 * One client's connection, when all is over.
 *
 * @param backend the other end, as far as bytes have told; else null
 */
record Case(Peer client, Peer backend, AccessLine line, Visit visit) {
    CloseReason reason() {
        return line.reason();
    }

    long closedAt() {
        return visit.closedAt;
    }

    String lastTried() {
        return line.tried().get(line.tried().size() - 1);
    }

    @Override
    public String toString() {
        return client + "; " + backend + "; " + line;
    }
}
