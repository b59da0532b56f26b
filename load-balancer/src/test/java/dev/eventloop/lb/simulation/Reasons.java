package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.testkit.kernel.Fault;
import java.util.List;
import java.util.function.Predicate;

/**
 * Checks that a connection has a possible close reason, and the only possible one if the scripts
 * determine it.
 */
final class Reasons {
    private static final long MILLI = 1_000_000;

    private final Simulation run;
    private final Scenario scenario;
    private final Dialling dialling;

    Reasons(Simulation run, Dialling dialling) {
        this.run = run;
        this.scenario = run.scenario;
        this.dialling = dialling;
    }

    void check(Case each) {
        CloseReason reason = each.reason();
        boolean inPreface = each.pool() == null;
        boolean unconnected = inPreface || Oracle.NOT_CONNECTED.contains(reason);
        expect(
                each.line().wasConnected() != unconnected
                        || reason == CloseReason.CLIENT_RESET // while it was dialled
                        || Oracle.CUT.contains(reason),
                "the reason does not fit the backend: %s",
                each);
        expect(isRight(each), "the reason %s is wrong: %s", reason, each);
        checkWasCutInTime(each);
    }

    private boolean isRight(Case each) {
        Peer client = each.client();
        Peer backend = each.backend();
        boolean unknown = backend == null;
        if (each.pool() == null && each.reason() == CloseReason.CLIENT_CLOSED) {
            return hasEnded(client); // see Prefaces
        }
        return switch (each.reason()) {
            case CLIENT_CLOSED ->
                    hasEnded(client) && (unknown || hasEnded(backend)) && !client.sentFinLast;
            case BACKEND_CLOSED ->
                    hasEnded(client) && (unknown || (hasEnded(backend) && !backend.sentFinLast));
            case CLIENT_RESET -> client.left || scenario.isHostile();
            case BACKEND_RESET ->
                    scenario.isHostile()
                            || (unknown ? mayDropConnections(each.line()) : backend.left);
            case CONNECT_REFUSED -> dialling.mayFail(each.lastTried());
            case CONNECT_TIMEOUT -> dialling.mayTimeOut(each.lastTried());
            case NO_BACKEND -> mayFindNone(each);
            case LOCAL_ERROR -> scenario.isHostile() || !scenario.hasFilesForAll();
            case IDLE_TIMEOUT -> true; // see Timing
            case HALF_CLOSE_TIMEOUT -> hasEnded(client) || unknown || hasEnded(backend);
            case MAX_AGE ->
                    each.line().wasConnected()
                            && policies(each).stream().anyMatch(p -> isOldEnough(p, each.visit()));
            case BACKEND_DOWN -> each.line().wasConnected() && mayHaveGoneDown(each);
            case PRIMARY_UP -> false; // nothing asks for it here
            case DENIED, SOURCE_LIMIT -> true; // see Admission
            case BAD_PROXY_HEADER, NO_ROUTE, PREFACE_TIMEOUT -> true; // see Prefaces
            case OUT_OF_MEMORY -> run.kernel.count(Fault.OUT_OF_MEMORY) > 0;
            case INTERNAL_ERROR -> false;
            case KILLED -> run.killedBlindly || each.visit().killedAt == each.closedAt();
            case DRAINED ->
                    run.ending.drainStartedAt >= 0
                            && each.closedAt() >= run.ending.drainStartedAt + leastDrainTime();
            case SHUTDOWN -> run.ending.shutDownAt >= 0 && each.closedAt() >= run.ending.shutDownAt;
        };
    }

    /** All policies in effect while the connection was open. */
    private List<Policy> policies(Case each) {
        return each.frontend().policies.during(each.visit().acceptedAt, each.closedAt());
    }

    /** Whether there may have been no backend to try; {@link Dialling} checks the tried ones. */
    private boolean mayFindNone(Case each) {
        if (each.line().tried().isEmpty()) {
            return !scenario.plain();
        }
        String last = each.lastTried();
        return dialling.mayFail(last) && (last.startsWith("unix:") || scenario.isHostile());
    }

    private static boolean isOldEnough(Policy policy, Visit visit) {
        return !policy.maxAge().isZero()
                && visit.closedAt - visit.acceptedAt >= policy.maxAge().toNanos() / 10 * 9;
    }

    private boolean mayHaveGoneDown(Case each) {
        long at = each.closedAt();
        boolean closes =
                each.pool().policies.during(at, at).stream()
                        .anyMatch(Policy::closesWhenBackendFails);
        return closes
                && each.pool().named(each.line().backend()).stream()
                        .anyMatch(b -> wentDown(b).contains(at) || b.hasFlickered(at));
    }

    /** When the backend went down or was set down; not when it comes back and is still set down. */
    private static List<Long> wentDown(BackendHistory history) {
        List<Long> times = history.ends(BackendHistory.Status::healthy);
        times.addAll(history.begins(s -> s.state() == BackendState.DOWN));
        return times;
    }

    /** A killed connection, or one whose backend went down, is closed at once. */
    private void checkWasCutInTime(Case each) {
        Visit visit = each.visit();
        expect(visit.killedAt >= visit.closedAt, "it was killed, but stayed open: %s", each);
        if (visit.connectedAt < 0) {
            return;
        }
        List<BackendHistory> these = each.pool().named(each.line().backend());
        Predicate<Long> during = at -> at > visit.connectedAt && at < visit.closedAt;
        for (long at : these.size() == 1 ? wentDown(these.get(0)) : List.<Long>of()) {
            boolean closes =
                    each.pool().policies.during(at, at).stream()
                            .allMatch(Policy::closesWhenBackendFails);
            expect(
                    !closes || !during.test(at),
                    "its backend went down at %.6f, but it stayed open: %s",
                    at / 1e9,
                    each);
        }
    }

    /** Whether the peer has sent a FIN, by half-close or close. */
    static boolean hasEnded(Peer peer) {
        return peer.sentFin || (peer.left && (!peer.hasReset || peer.isUnix()));
    }

    /** Whether this backend may have closed a connection that no byte has identified. */
    private boolean mayDropConnections(AccessLine line) {
        BackendServer server = run.servers.get(line.backend());
        boolean leaves =
                run.backendPeers.stream()
                        .anyMatch(p -> p.server == server && p.left && p.other == null);
        return server.hasDied() || leaves;
    }

    /** The drain time without its last tenth (at least 20 ms), in which connections are closed. */
    private long leastDrainTime() {
        long time = run.ending.drainTime.toNanos();
        return time - Math.max(time / 10, 20 * MILLI);
    }
}
