package dev.eventloop.lb.simulation;

import dev.eventloop.lb.SteppedLoadBalancer;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gives the load balancer its turns and advances the clock, while there is something to do. */
final class Stepping {
    /** Longer than any script and timeout together. */
    private static final long LIMIT = Duration.ofMinutes(40).toNanos();

    /**
     * The longest wait of a worker that blocks; also how soon such a run notices that all clients
     * have gone.
     */
    private static final int WAIT_MILLIS = 700;

    /** After this long without a connection, no more will come. */
    static final long QUIET = Duration.ofSeconds(2).toNanos();

    private final Simulation simulation;
    private final Scenario scenario;
    private final SimulatedKernel kernel;
    private Set<Peer> connected = new LinkedHashSet<>();
    private long closed;
    private long lingersUntil = -1;
    private int open;

    Stepping(Simulation simulation) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
        this.kernel = simulation.kernel;
    }

    /** Called when a client has come, or a backend has accepted a connection. */
    void opened(Peer peer) {
        open += holdsUp(peer) ? 1 : 0;
    }

    void closed(Peer peer) {
        open -= holdsUp(peer) ? 1 : 0;
    }

    /**
     * Whether the run lasts as long as this peer. Backend ends do not count with health checks,
     * because a check is always in progress.
     */
    private boolean holdsUp(Peer peer) {
        return peer.isClient() || scenario.plain();
    }

    /** Until all peers have gone. */
    void play() throws IOException {
        settle();
        while (open > 0 || simulation.arrivals().yetToCome() > 0 || lingers()) {
            if (scenario.waits() && !lb().isOver()) {
                lb().turnWaiting(WAIT_MILLIS);
                turned();
                simulation.pauses.pass();
            } else {
                step();
            }
        }
    }

    private boolean lingers() {
        if (lingersUntil < 0) {
            lingersUntil = simulation.now() + scenario.lingers();
        }
        return simulation.now() < lingersUntil && !lb().isOver() && !simulation.ending.hasBegun();
    }

    /** Runs until nothing is left to do at this moment, then advances the clock. */
    void step() throws IOException {
        settle();
        long now = simulation.now();
        long wait = lb().nanosToWait();
        long own = wait < 0 ? Long.MAX_VALUE : now + wait;
        long next = Math.min(kernel.nextAt(), own);
        if (open == 0) {
            next = Math.min(next, now + QUIET);
        }
        if (next == Long.MAX_VALUE) {
            throw new Violation("nothing is scheduled, but these wait forever: %s", openPeers());
        }
        simulation.spinning.moved(next, own < kernel.nextAt(), lb().connectionsInUse());
        kernel.advanceTo(next);
        simulation.pauses.pass();
    }

    void settle() throws IOException {
        long before;
        int called;
        do { // a timer may have made something ready, and a wait answers so many events at most
            before = kernel.progress();
            called = lb().turn();
            turned();
        } while (called > 0 || kernel.progress() != before || lb().nanosToWait() == 0);
    }

    private void turned() {
        simulation.spinning.turned();
        if (simulation.now() > LIMIT) {
            throw new Violation(
                    "after %s these still wait: %s", Duration.ofNanos(LIMIT), openPeers());
        }
        if (!simulation.ending.hasBegun()) {
            simulation.frontends.values().forEach(FrontendHistory::checkLimit);
        }
        simulation.ending.checkDrainEnds();
        recordRoutes();
        recordCloses();
        simulation.pools.values().forEach(BackendWatch::look);
        if (!lb().isOver()) {
            simulation.pools.values().forEach(BackendWatch::turned);
        }
    }

    private void recordRoutes() {
        if (lb().connectionsInUse() != simulation.visits.routedCount()) {
            lb().routed(simulation.visits::routed);
        }
    }

    /** Records connections that were closed since the last call. */
    private void recordCloses() {
        if (simulation.visits.closedCount() == closed
                && lb().connectionsInUse() == connected.size()) {
            return;
        }
        closed = simulation.visits.closedCount();
        Set<Peer> before = connected;
        connected = new LinkedHashSet<>();
        lb().clients().forEach(client -> connected.add(simulation.client(client)));
        connected.forEach(simulation.visits::seen);
        for (Peer client : before) {
            if (!connected.contains(client)) {
                recordClose(client);
            }
        }
    }

    private void recordClose(Peer client) {
        simulation.note("lb has closed the connection of %s", client.name);
        client.connectionIsClosed();
        if (client.other != null) {
            client.other.connectionIsClosed();
        }
    }

    private String openPeers() {
        StringBuilder text = new StringBuilder();
        for (List<Peer> peersOfKind : List.of(simulation.clients, simulation.backendPeers)) {
            for (Peer peer : peersOfKind) {
                if (!peer.isClosed) {
                    text.append(text.length() == 0 ? "" : "; ").append(peer);
                }
            }
        }
        return text.toString();
    }

    private SteppedLoadBalancer lb() {
        return simulation.lb;
    }
}
