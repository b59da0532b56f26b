package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.CloseReason;
import dev.eventloop.testkit.kernel.Fault;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Checks a finished run against everything the load balancer promises. Invariants that are visible
 * during the run were checked then.
 */
final class Oracle {
    /** Reasons for which the load balancer closes a connection that could continue. */
    static final Set<CloseReason> CUT =
            EnumSet.of(
                    CloseReason.IDLE_TIMEOUT,
                    CloseReason.LOCAL_ERROR,
                    CloseReason.HALF_CLOSE_TIMEOUT,
                    CloseReason.MAX_AGE,
                    CloseReason.BACKEND_DOWN,
                    CloseReason.KILLED,
                    CloseReason.DRAINED,
                    CloseReason.SHUTDOWN);

    static final Set<CloseReason> NOT_CONNECTED =
            EnumSet.of(
                    CloseReason.CONNECT_REFUSED,
                    CloseReason.CONNECT_TIMEOUT,
                    CloseReason.NO_BACKEND);

    /** Reasons for which the load balancer refuses a client because of its address. */
    static final Set<CloseReason> REFUSED =
            EnumSet.of(CloseReason.DENIED, CloseReason.SOURCE_LIMIT);

    /** The longest time until a backend sees the FIN of a check, which it polls for. */
    private static final long FIN_DELAY = 30_000_000;

    private final Simulation run;
    private final Scenario scenario;
    private final Map<Peer, AccessLine> lines = new HashMap<>();
    private final Prefaces prefaces;
    private final Admission admission;
    private final Dialling dialling;
    private final Reasons reasons;
    private final Timing timing;
    private final Transfer transfer;
    private int neverServed;

    Oracle(Simulation run) {
        this.run = run;
        this.scenario = run.scenario;
        this.prefaces = new Prefaces(run);
        this.admission = new Admission(run);
        this.dialling = new Dialling(run);
        this.reasons = new Reasons(run, dialling);
        this.timing = new Timing(run);
        this.transfer = new Transfer(scenario);
    }

    void check() {
        checkNothingIsLeft();
        for (AccessLine line : run.accessLines) {
            if (lines.put(run.client(line.client()), line) != null) {
                throw new Violation("%s has two close reasons", line.client());
            }
            run.note("%s", line);
        }
        run.clients.forEach(this::checkClient);
        checkDrainServesTheBacklog();
        new Totals(run).check();
    }

    private void checkNothingIsLeft() {
        expect(run.kernel.openFiles() == 0, "%d fds are open at the end", run.kernel.openFiles());
        expect(run.peers().openFiles() == 0, "the simulation itself has fds open");
        expect(run.lb.connectionsInUse() == 0, "connections are not back in their pool");
        expect(run.lb.buffersTaken() == 0, "%d buffers leak", run.lb.buffersTaken());
        run.frontends.values().forEach(FrontendHistory::checkNothingIsLeft);
        for (Peer peer : run.backendPeers) {
            checkCheckEndsWithFin(peer);
        }
    }

    /** A health check ends with a FIN: a backend that is alive and reads sees it. */
    private void checkCheckEndsWithFin(Peer peer) {
        boolean checked = peer.isCheck && !peer.left && !scenario.isHostile();
        expect(
                !checked || peer.sawFin || !peer.sawReset,
                "a health check has reset its connection to %s",
                peer);
        boolean silent = checked && peer.script.total() == 0;
        expect(
                !silent || !peer.failedInTheEnd,
                "a health check sent a FIN, and then reset its connection to %s",
                peer);
        boolean quick = scenario.mood() == Scenario.Mood.CALM && scenario.hasFilesForAll();
        long paused = run.pauses.total() * 5 / 4; // a peer that has waited longer looks less often
        long most = 2 * scenario.mostLatency().toNanos() + FIN_DELAY + paused;
        expect(
                !checked
                        || !quick
                        || peer.server.mayTimeOut()
                        || !peer.sawFin
                        || peer.receivedEndAt <= peer.beganAt + most,
                "a health check does not send its FIN to %s at once",
                peer);
    }

    private void checkClient(Peer client) {
        AccessLine line = lines.get(client);
        Visit visit = run.visits.of(client);
        if (line == null) {
            expect(visit == null, "%s was accepted, but is not in the log", client);
            checkNotServed(client);
            return;
        }
        expect(visit != null && visit.closed != null, "%s: the listener was not called", line);
        Case each = new Case(client, client.other, line, visit, run.pools.get(visit.closed.pool()));
        boolean leftFirst = each.reason() == CloseReason.CLIENT_CLOSED && each.pool() == null;
        expect(
                !client.sawFin || line.wasConnected() || leftFirst,
                "an empty response was made up: %s",
                each);
        prefaces.check(each);
        admission.check(each);
        dialling.check(each);
        reasons.check(each);
        timing.check(each);
        transfer.check(each);
    }

    /**
     * Only clients that came too late, or were still in the backlog at a shutdown, may stay
     * unserved.
     */
    private void checkNotServed(Peer client) {
        expect(
                client.received == 0 && !client.sawFin,
                "%s was never accepted, but received something",
                client);
        boolean late =
                run.ending.drainStartedAt >= 0
                        && (client.connectedAt < 0
                                || client.connectedAt >= run.ending.drainStartedAt);
        boolean shutDown = run.ending.shutDownAt >= 0;
        boolean aborted = scenario.mood() != Scenario.Mood.CALM; // or accept failed
        boolean missed = client.frontend.mayMiss(client);
        boolean excused = late || shutDown || missed || client.left;
        expect(excused || aborted, "%s was never served", client);
        neverServed += excused ? 0 : 1;
    }

    /** Clients that aborted in the backlog may stay unserved, but not the clients behind them. */
    private void checkDrainServesTheBacklog() {
        if (scenario.mood() == Scenario.Mood.ABORTING) {
            long aborted = run.kernel.count(Fault.ABORTED);
            expect(
                    neverServed <= aborted,
                    "%d clients were never served, but only %d had aborted",
                    neverServed,
                    aborted);
        }
    }
}
