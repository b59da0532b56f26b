package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.CloseReason;
import dev.eventloop.testkit.kernel.Fault;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Whether a run that is over kept every promise. What can be seen at once was checked before. */
final class Oracle {
    /** Reasons for which the load balancer itself ends a connection that could go on. */
    static final Set<CloseReason> CUT =
            EnumSet.of(
                    CloseReason.IDLE_TIMEOUT,
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

    static final Set<CloseReason> TURNED_AWAY =
            EnumSet.of(CloseReason.DENIED, CloseReason.SOURCE_LIMIT);

    /** Peers look at their sockets now and then. */
    private static final long GOODBYE = 30_000_000;

    private final Simulation run;
    private final Scenario scenario;
    private final Map<String, AccessLine> lines = new HashMap<>();
    private final Admission admission;
    private final Dialling dialling;
    private final Reasons reasons;
    private final Timing timing;
    private final Transfer transfer;
    private int neverServed;

    Oracle(Simulation run) {
        this.run = run;
        this.scenario = run.scenario;
        this.admission = new Admission(run);
        this.dialling = new Dialling(run);
        this.reasons = new Reasons(run, dialling);
        this.timing = new Timing(run);
        this.transfer = new Transfer(scenario);
    }

    void check() {
        checkNothingIsLeft();
        for (AccessLine line : run.accessLines) {
            if (lines.put(line.client(), line) != null) {
                throw new Violation("%s has two close reasons", line.client());
            }
            run.note("%s", line);
        }
        expect(
                run.clientsByAddress.keySet().containsAll(lines.keySet()),
                "the log has clients that nobody knows");
        run.clientsByAddress.forEach(this::checkClient);
        checkDrainTurnsNobodyAway();
        new Totals(run).check();
    }

    private void checkNothingIsLeft() {
        expect(run.kernel.openFiles() == 0, "%d fds are open in the end", run.kernel.openFiles());
        expect(run.peers().openFiles() == 0, "the simulation itself has fds open");
        expect(run.lb.connectionsInUse() == 0, "connections are not back in their pool");
        expect(run.lb.buffersTaken() == 0, "%d buffers leak", run.lb.buffersTaken());
        expect(
                run.lb.freeSlots() >= scenario.maxClients(),
                "only %d of %d client slots are free in the end",
                run.lb.freeSlots(),
                scenario.maxClients());
        for (Peer peer : run.backendPeers) {
            checkFarewell(peer);
        }
    }

    /** A check ends as polite clients do: a living backend that reads sees its FIN. */
    private void checkFarewell(Peer peer) {
        boolean checked = peer.isCheck && !peer.left && !scenario.isHostile();
        expect(
                !checked || peer.sawFin || !peer.sawReset,
                "a health check has reset its connection to %s",
                peer);
        boolean silent = checked && peer.script.total() == 0;
        expect(
                !silent || !peer.failedInTheEnd,
                "a health check said goodbye, and has reset its connection to %s",
                peer);
        boolean quick = scenario.mood() == Scenario.Mood.CALM && scenario.hasFilesForAll();
        long most = 2 * scenario.mostLatency().toNanos() + GOODBYE;
        expect(
                !checked
                        || !quick
                        || peer.server.mayTimeOut()
                        || !peer.sawFin
                        || peer.heardEndAt <= peer.beganAt + most,
                "a health check does not say goodbye to %s at once",
                peer);
    }

    private void checkClient(String address, Peer client) {
        AccessLine line = lines.get(address);
        Visit visit = run.visits.of(address);
        if (line == null) {
            expect(visit == null, "%s was inside, and is not in the log", client);
            checkNotServed(client);
            return;
        }
        expect(visit != null && visit.closed != null, "%s: nobody was told", line);
        Case each = new Case(client, client.other, line, visit);
        expect(line.wasConnected() || !client.sawFin, "an empty answer was made up: %s", each);
        admission.check(each);
        dialling.check(each);
        reasons.check(each);
        timing.check(each);
        transfer.check(each);
    }

    /** Only who came too late, or was still in the backlog when all ended, may go unserved. */
    private void checkNotServed(Peer client) {
        expect(
                client.received == 0 && !client.sawFin,
                "%s was never accepted, and heard something",
                client);
        boolean late =
                run.drainStartedAt >= 0
                        && (client.connectedAt < 0 || client.connectedAt >= run.drainStartedAt);
        boolean shutDown = run.shutDownAt >= 0;
        boolean aborted =
                scenario.mood() != Scenario.Mood.CALM; // or accept said that none was there
        expect(late || shutDown || aborted || client.left, "%s was never served", client);
        neverServed += late || shutDown || client.left ? 0 : 1;
    }

    /** Who was aborted in the backlog is nobody's fault, but who came behind is. */
    private void checkDrainTurnsNobodyAway() {
        if (scenario.mood() == Scenario.Mood.ABORTING) {
            long aborted = run.kernel.count(Fault.ABORTED);
            expect(
                    neverServed <= aborted,
                    "%d clients were never served, and only %d had gone",
                    neverServed,
                    aborted);
        }
    }
}
