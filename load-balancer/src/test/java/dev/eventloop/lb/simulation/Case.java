package dev.eventloop.lb.simulation;

import dev.eventloop.lb.CloseReason;

/**
 * Everything known about one client's connection after the run.
 *
 * @param backend the backend's end; null if no byte has identified it
 * @param pool that the client was sent to; null for none
 */
record Case(Peer client, Peer backend, AccessLine line, Visit visit, BackendWatch pool) {
    /** The frontend that the client connected to. */
    FrontendHistory frontend() {
        return client.frontend;
    }

    /** When the first connect attempt began at the earliest. */
    long dialedFrom() {
        boolean wasRemoved = frontend().wasRemoved(client, visit.closedAt);
        return wasRemoved ? client.beganAt : visit.dialedFrom(); // it keeps pools that are gone
    }

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
