package dev.eventloop.lb.relay;

import dev.eventloop.EventLoop;
import dev.eventloop.lb.pool.Backend;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What the connections of one worker wait for, where no event tells of it. */
final class WaitingLines {
    /** Between checks whether the last bytes before a reset were acknowledged. */
    private static final Duration ACKNOWLEDGED_CHECK = Duration.ofMillis(5);

    /** Between tries of a backlog that is full, and of a connect that this machine could not do. */
    private static final Duration RETRY = Duration.ofMillis(10);

    private final EventLoop loop;
    private final WaitingLine acknowledgement;
    private final WaitingLine descriptor;
    private final WaitingLine thisMachine;

    /** Backends whose backlog is full; they equal nobody else. */
    private final Map<Backend, WaitingLine> backlogs = new HashMap<>();

    WaitingLines(EventLoop loop) {
        this.loop = loop;
        this.acknowledgement = new WaitingLine(loop, ACKNOWLEDGED_CHECK, false);
        this.descriptor = new WaitingLine(loop, RelayContext.DESCRIPTOR_CHECK, true);
        this.thisMachine = new WaitingLine(loop, RETRY, false);
    }

    /** For those that were reset, and whose survivor has not acknowledged everything. */
    WaitingLine acknowledgement() {
        return acknowledgement;
    }

    /** For dials without a file descriptor. */
    WaitingLine descriptor() {
        return descriptor;
    }

    /** For dials that failed because of this machine: no local port, no route. */
    WaitingLine thisMachine() {
        return thisMachine;
    }

    /** For dials of a backend whose backlog is full. */
    WaitingLine backlog(Backend backend) {
        WaitingLine line = backlogs.get(backend);
        if (line == null) {
            backlogs.values().removeIf(WaitingLine::isEmpty);
            line = new WaitingLine(loop, RETRY, true);
            backlogs.put(backend, line);
        }
        return line;
    }
}
