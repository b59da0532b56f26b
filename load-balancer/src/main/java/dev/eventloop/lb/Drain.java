package dev.eventloop.lb;

import dev.eventloop.Timer;
import java.time.Duration;

/**
 * The end of a worker: no new connections, those there are go on. Those that are still there when
 * nine tenths of the time are over are closed one by one over the last tenth, so that their clients
 * do not all come back to some other server at the same moment.
 */
final class Drain {
    private static final int STEPS = 20;
    private static final Duration SHORTEST_STEP = Duration.ofMillis(1);

    /** When to look again for those who came while the listener was about to close. */
    private static final Duration REST = Duration.ofMillis(10);

    private final ConnectionPool connections;
    private final Timer timer;
    private final Duration step;
    private int stepsLeft = STEPS;

    Drain(Worker worker, ConnectionPool connections, Duration time) {
        this.connections = connections;
        Duration even = time.dividedBy(10L * STEPS);
        this.step = even.compareTo(SHORTEST_STEP) < 0 ? SHORTEST_STEP : even;
        this.timer = worker.loop().newTimer(this::closeSome);
        Duration untilFirst = time.minus(step.multipliedBy(STEPS - 1L));
        timer.start(untilFirst.isNegative() ? Duration.ZERO : untilFirst);
    }

    private void closeSome() {
        boolean late = stepsLeft == 0;
        timer.start(late && step.compareTo(REST) < 0 ? REST : step); // first: closing cancels it
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
