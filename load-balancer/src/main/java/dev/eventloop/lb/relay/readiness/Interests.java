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
     * For a source of bytes. Edge-triggered where the backend reports urgent data too: then epoll
     * need not poll each fd again after it has reported it. Elsewhere level-triggered.
     */
    int read() {
        return read;
    }

    /**
     * For a source that has sent EOF, whose reset matters all the same. 0 without edges: such an fd
     * is readable for ever, so a level-triggered interest would spin.
     */
    int failure() {
        return failure;
    }
}
