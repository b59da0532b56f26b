package dev.eventloop.lb.runtime;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.relay.ConnectionPool;
import java.time.Duration;

/**
 * Drains a worker: its connections go on until the time limit. Those still open after nine tenths
 * of it are closed in steps over the last tenth, so that their clients do not all reconnect
 * elsewhere at the same moment.
 */
final class Drain {
    private static final int STEPS = 20;
    private static final Duration SHORTEST_STEP = Duration.ofMillis(1);

    /** When to look again for connections that came while the listener was closing. */
    private static final Duration REST = Duration.ofMillis(10);

    private final ConnectionPool connections;
    private final Timer timer;
    private final Duration step;
    private int stepsLeft = STEPS;

    Drain(EventLoop loop, ConnectionPool connections, Duration time) {
        this.connections = connections;
        Duration even = time.dividedBy(10L * STEPS);
        this.step = even.compareTo(SHORTEST_STEP) < 0 ? SHORTEST_STEP : even;
        this.timer = loop.newTimer(this::closeSome);
        Duration untilFirst = time.minus(step.multipliedBy(STEPS - 1L));
        timer.start(untilFirst.isNegative() ? Duration.ZERO : untilFirst);
    }

    private void closeSome() {
        boolean late = stepsLeft == 0;
        timer.start(late && step.compareTo(REST) < 0 ? REST : step); // first: closing may cancel it
        int active = connections.activeCount();
        int count = late ? active : (active + stepsLeft - 1) / stepsLeft;
        for (int i = 0; i < count; i++) {
            connections.anyInUse().close(CloseReason.DRAINED);
        }
        stepsLeft = Math.max(0, stepsLeft - 1);
    }

    void cancel() {
        timer.cancel();
    }
}
