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

    private final ConnectionPool connections;
    private final Timer timer;
    private final Duration step;
    private int stepsLeft = STEPS;

    Drain(Worker worker, ConnectionPool connections, Duration time) {
        this.connections = connections;
        this.step = time.dividedBy(10L * STEPS);
        this.timer = worker.loop().newTimer(this::closeSome);
        timer.start(time.minus(step.multipliedBy(STEPS - 1L)));
    }

    private void closeSome() {
        int count = (connections.activeCount() + stepsLeft - 1) / stepsLeft;
        for (int i = 0; i < count; i++) {
            connections.anyInUse().close(CloseReason.DRAINED);
        }
        stepsLeft--;
        if (stepsLeft > 0 && connections.activeCount() > 0) {
            timer.start(step);
        }
    }

    void cancel() {
        timer.cancel();
    }

    boolean isDone() {
        return connections.activeCount() == 0;
    }
}
