package dev.eventloop.lb.relay.readiness;

import dev.eventloop.Capability;
import dev.eventloop.Events;
import java.util.Set;

/** What a relay asks an event loop to watch for, given what the loop's backend can do. */
final class Interests {
    private final int read;
    private final int failure;

    Interests(Set<Capability> capabilities) {
        boolean edge = capabilities.contains(Capability.EDGE_TRIGGERED);
        boolean urgent = capabilities.contains(Capability.URGENT);
        int edgeTriggered = Events.READ | Events.EDGE | (urgent ? Events.URGENT : 0);
        this.read = urgent ? edgeTriggered : Events.READ;
        this.failure = edge ? edgeTriggered : 0;
    }

    /**
     * For a source of bytes. Edge-triggered if the backend also reports urgent data: then epoll
     * need not poll each fd again after it has reported it. Otherwise level-triggered.
     */
    int read() {
        return read;
    }

    /**
     * For a source that has sent EOF, to detect its reset. 0 without edge-triggered events: after
     * EOF an fd stays readable, so a level-triggered interest would spin.
     */
    int failure() {
        return failure;
    }
}
