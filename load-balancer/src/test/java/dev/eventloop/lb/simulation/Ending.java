package dev.eventloop.lb.simulation;

import dev.eventloop.lb.SteppedLoadBalancer;
import java.io.IOException;
import java.time.Duration;

/**
 * Ends a run: by a drain, a shutdown, or after the last client; and checks that nothing is left.
 */
final class Ending {
    /** For clients in the backlog and handshakes in progress. */
    private static final long DRAIN_SLACK = Duration.ofMillis(150).toNanos();

    private static final Duration LAST_DRAIN = Duration.ofSeconds(10);

    /** When the drain started; -1 before. */
    long drainStartedAt = -1;

    long shutDownAt = -1;
    Duration drainTime;

    private final Simulation simulation;
    private boolean allClientsHaveGone;
    private boolean over;

    Ending(Simulation simulation) {
        this.simulation = simulation;
    }

    void schedule() {
        Scenario scenario = simulation.scenario;
        if (scenario.ending() != Scenario.Ending.WHEN_ALL_ARE_SERVED) {
            simulation.peers().after(scenario.endsAt(), () -> later(this::begin));
        }
    }

    private void later(Runnable action) {
        simulation.pauses.afterwards(action);
    }

    private void begin() {
        if (allClientsHaveGone) {
            return;
        }
        Scenario scenario = simulation.scenario;
        if (scenario.ending() == Scenario.Ending.SHUTDOWN) {
            shutDown();
            return;
        }
        drain(scenario.drainTime());
        if (scenario.ending() == Scenario.Ending.DRAIN_AND_THEN_SHUTDOWN) {
            simulation.peers().after(scenario.shutDownAfter(), () -> later(this::shutDown));
        }
    }

    private void drain(Duration time) {
        simulation.note("the load balancer drains for %s", time);
        drainStartedAt = simulation.now();
        drainTime = time;
        lb().startDraining(time);
    }

    private void shutDown() {
        simulation.note("the load balancer shuts down");
        shutDownAt = simulation.now();
        lb().startClosing();
    }

    /** Whether the load balancer is draining or shutting down. */
    boolean hasBegun() {
        return drainStartedAt >= 0 || shutDownAt >= 0;
    }

    /** Whether the load balancer has gone. */
    boolean isOver() {
        return over;
    }

    /** When the time of a drain is over, all connections are closed. */
    void checkDrainEnds() {
        if (drainStartedAt < 0 || lb().isOver() || !simulation.scenario.hasFilesForAll()) {
            return;
        }
        long end = drainStartedAt + drainTime.toNanos() + DRAIN_SLACK + simulation.pauses.total();
        if (simulation.now() > end) {
            throw new Violation("the drain of %s does not end: %s", drainTime, lb().stats());
        }
    }

    /** After all clients have gone. */
    void finish(Stepping stepping) throws IOException {
        waitForConnections(stepping);
        if (!hasBegun()) {
            allClientsHaveGone = true;
            new Recovery(simulation).check(stepping);
            waitForConnections(stepping);
            checkIdle(stepping);
            drain(LAST_DRAIN);
        }
        while (!lb().isOver()) {
            stepping.step();
        }
        over = true;
        simulation.pools.values().forEach(BackendWatch::look);
        lb().release();
        simulation.pools.values().forEach(BackendWatch::checkAllAreFreed);
        simulation.names.checkAllAreClosed();
        simulation.servers.values().forEach(BackendServer::closeListener);
        boolean underWay = true;
        while (underWay) {
            underWay = simulation.kernel.advance();
        }
    }

    private void waitForConnections(Stepping stepping) throws IOException {
        long quiet = simulation.now() + Stepping.QUIET;
        while (!lb().isOver() && (lb().connectionsInUse() > 0 || simulation.now() < quiet)) {
            stepping.step();
            quiet = lb().connectionsInUse() > 0 ? simulation.now() + Stepping.QUIET : quiet;
        }
    }

    /** After all clients have gone, everything is as at the start. */
    private void checkIdle(Stepping stepping) throws IOException {
        expect(lb().stats().active() == 0, "%d connections are active", lb().stats().active());
        expect(
                lb().connectionsInUse() == 0,
                "%d connections are not back in their pool",
                lb().connectionsInUse());
        simulation.frontends.values().forEach(FrontendHistory::checkNothingIsLeft);
        expect(
                lb().buffersTaken() == simulation.scenario.workers(),
                "%d buffers are in use, not one per worker",
                lb().buffersTaken());
        for (int fired = 0; lb().nanosToWait() >= 0 && !isBeingChecked(); ) {
            expect(fired < 100, "timers do not end");
            long timer = simulation.now() + lb().nanosToWait();
            long next = Math.min(timer, simulation.kernel.nextAt()); // the operator still acts
            fired += next == timer ? 1 : 0;
            simulation.kernel.advanceTo(next);
            stepping.settle();
        }
        // After the timers, because a check that was in progress when checks were turned off still
        // waits for its FIN.
        int checked = 0;
        for (BackendWatch pool : simulation.pools.values()) {
            checked += pool.isBeingChecked() ? pool.all().size() : 0;
        }
        int watched = isBeingChecked() ? checked : 0;
        expect(lb().watchedFds() <= watched, "%d fds are still watched", lb().watchedFds());
    }

    /** Whether health checks go on indefinitely. */
    private boolean isBeingChecked() {
        return simulation.pools.values().stream().anyMatch(BackendWatch::isBeingChecked);
    }

    private static void expect(boolean kept, String message, Object... arguments) {
        if (!kept) {
            throw new Violation("when all clients have gone " + message, arguments);
        }
    }

    private SteppedLoadBalancer lb() {
        return simulation.lb;
    }
}
