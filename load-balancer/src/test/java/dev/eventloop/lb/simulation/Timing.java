package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.CloseReason;
import java.time.Duration;
import java.util.List;

/** Whether timeouts were neither early nor late nor an excuse, and times are told as they were. */
final class Timing {
    private static final long MILLI = 1_000_000;

    /** For each attempt: a look at a full backlog, and the clock's whole milliseconds. */
    private static final long ATTEMPT_SLACK = 15 * MILLI;

    private static final long SLACK = 5 * MILLI;

    /** What a kernel may take that is not calm. */
    private static final long FIDGETING = 200 * MILLI;

    /** How seldom a half-closed connection is looked at where loops do not tell of resets. */
    private static final long SELDOM = 1_100 * MILLI;

    private final Simulation run;
    private final Scenario scenario;
    private final long latency;

    Timing(Simulation run) {
        this.run = run;
        this.scenario = run.scenario;
        this.latency = 4 * scenario.mostLatency().toNanos();
    }

    void check(Case each) {
        checkTold(each);
        checkFirstByte(each);
        checkDialled(each);
        checkAge(each);
        CloseReason reason = each.reason();
        if (reason == CloseReason.IDLE_TIMEOUT || reason == CloseReason.HALF_CLOSE_TIMEOUT) {
            Duration limit =
                    reason == CloseReason.IDLE_TIMEOUT
                            ? scenario.idleTimeout()
                            : scenario.halfCloseTimeout();
            expect(isSilent(each, limit.toNanos()), "the timeout is too early: %s", each);
            checkRenewed(each.client(), each.backend(), each, limit.toNanos());
            checkRenewed(each.backend(), each.client(), each, limit.toNanos());
            checkNotLate(each, limit.toNanos());
            checkNotStuck(each.client(), each.backend(), each, limit.toNanos());
            checkNotStuck(each.backend(), each.client(), each, limit.toNanos());
        }
        checkResetIsHeard(each.client(), each.backend(), each);
        checkResetIsHeard(each.backend(), each.client(), each);
    }

    // What the log says

    private void checkTold(Case each) {
        Visit visit = each.visit();
        AccessLine line = each.line();
        long duration = visit.closedAt - visit.acceptedAt;
        expect(line.durationMillis() == duration / MILLI, "it took %d ns: %s", duration, each);
        expect(
                line.wasConnected() == visit.connectedAt >= 0
                        && line.wasConnected() == line.connectMillis() >= 0,
                "it was connected, or not: %s",
                each);
        if (line.wasConnected()) {
            long connect = visit.connectedAt - visit.acceptedAt;
            expect(
                    line.connectMillis() == connect / MILLI,
                    "it took %d ns to connect: %s",
                    connect,
                    each);
        }
    }

    private void checkFirstByte(Case each) {
        AccessLine line = each.line();
        expect(
                line.received() > 0 == line.firstByteMillis() >= 0,
                "there was a first byte, or not: %s",
                each);
        if (line.firstByteMillis() < 0) {
            return;
        }
        long least = each.visit().acceptedAt + line.firstByteMillis() * MILLI;
        long heard = each.client().firstReceivedAt;
        expect(
                line.firstByteMillis() >= line.connectMillis(),
                "a byte before the backend: %s",
                each);
        expect(heard < 0 || heard >= least, "the first byte came at %d: %s", heard, each);
        if (each.backend() != null) {
            long said = each.backend().timeSent(1);
            expect(said < least + MILLI, "the first byte was sent at %d: %s", said, each);
            boolean quick = scenario.mood() == Scenario.Mood.CALM;
            long begun = Math.max(said, each.visit().connectedAt);
            expect(
                    !quick || least <= begun + latency + SLACK,
                    "the first byte was sent at %d, and passed on late: %s",
                    said,
                    each);
        }
    }

    // Connecting

    /** Each attempt has its time, and no more than that; who does not refuse has all of it. */
    private void checkDialled(Case each) {
        Visit visit = each.visit();
        List<String> tried = each.line().tried();
        long took = visit.dialedUntil() - visit.acceptedAt;
        long limit = scenario.connectTimeout().toNanos();
        int failed = tried.size() - (Oracle.NOT_CONNECTED.contains(each.reason()) ? 0 : 1);
        long patient =
                tried.stream()
                        .limit(Math.max(0, failed))
                        .filter(name -> !run.servers.get(name).mayRefuse())
                        .count();
        expect(
                scenario.isHostile() || took >= patient * limit,
                "%d had %d ns to answer, and not %d each: %s",
                patient,
                took,
                limit,
                each);
        if (scenario.hasFilesForAll()) {
            long slow =
                    tried.stream()
                            .map(run.servers::get)
                            .filter(server -> server.mayKeepWaiting() || latency > limit)
                            .count();
            long slack = scenario.mood() == Scenario.Mood.CALM ? SLACK : FIDGETING;
            long most = slow * (limit + ATTEMPT_SLACK) + tried.size() * (latency + slack);
            expect(took <= most, "it was connecting for %d ns, at most %d: %s", took, most, each);
        }
    }

    // Old age

    /** Who is inside when a reset travels, has the time that this takes. */
    private void checkAge(Case each) {
        Visit visit = each.visit();
        long most = run.policies.now().maxAge().toNanos();
        boolean same = run.policies.all().stream().allMatch(p -> p.maxAge().toNanos() == most);
        boolean resets =
                scenario.isHostile()
                        || each.client().left
                        || each.backend() == null
                        || each.backend().left;
        if (most == 0 || !same || resets || visit.connectedAt < 0) {
            return;
        }
        long end = Math.max(visit.acceptedAt + most, visit.connectedAt);
        expect(visit.closedAt <= end + SLACK, "it is too old: %s", each);
    }

    // Silence

    /** Whether no byte that arrived can have moved within the limit. */
    private boolean isSilent(Case each, long limit) {
        Peer client = each.client();
        Peer backend = each.backend();
        Visit visit = each.visit();
        if (visit.closedAt - Math.max(visit.acceptedAt, visit.connectedAt) < limit) {
            return false;
        }
        return backend == null
                || (visit.closedAt >= client.timeSent(backend.received) + limit
                        && visit.closedAt >= backend.timeSent(client.received) + limit);
    }

    /** When an end has travelled the time runs again. */
    private void checkRenewed(Peer from, Peer to, Case each, long limit) {
        boolean travelled =
                from != null && to != null && to.sawFin && to.heardEndAt < each.closedAt();
        expect(
                !travelled || each.closedAt() >= from.endedAt + limit,
                "the end of %s did not renew the time: %s",
                from,
                each);
    }

    /** Bytes move when somebody sends, or makes room; from then on the time runs. */
    private void checkNotLate(Case each, long limit) {
        Peer client = each.client();
        Peer backend = each.backend();
        boolean known = backend != null && backend.sentAtClose >= 0 && client.sentAtClose >= 0;
        if (!known || scenario.mood() != Scenario.Mood.CALM) {
            return; // a spurious event makes bytes move, too
        }
        long last = Math.max(client.changedBeforeClose, backend.changedBeforeClose);
        expect(
                each.closedAt() <= Math.max(last, backend.beganAt) + limit + latency + SLACK,
                "the timeout comes too late: %s",
                each);
    }

    /** A timeout is no excuse where bytes or an end were there, and somebody wanted them. */
    private void checkNotStuck(Peer from, Peer to, Case each, long limit) {
        if (from == null || to == null || to.left || to.script.readPauseAt() >= 0) {
            return;
        }
        long closed = each.closedAt();
        long before = closed - limit - latency;
        boolean wanted = to.longestReadGap < limit / 2 && to.lastReceivedAt < closed - limit;
        if (!wanted || scenario.isHostile() || latency >= limit / 4) {
            return;
        }
        expect(
                to.received >= Math.min(from.sentBy(before), from.sent),
                "bytes of %s were stuck until the timeout: %s",
                from.name,
                each);
        boolean told = !from.hasReset || !from.sentFin; // a reset behind a FIN: see below
        if (told && from.endedAt < before && to.received == from.sent) {
            expect(
                    to.heardEndAt < closed,
                    "the end of %s was stuck until the timeout: %s",
                    from.name,
                    each);
        }
    }

    /** Also one behind a FIN that has travelled, if nothing is under way back there. */
    private void checkResetIsHeard(Peer from, Peer to, Case each) {
        boolean reset =
                from != null
                        && to != null
                        && from.hasReset
                        && from.sentFin
                        && !from.sawFin
                        && !from.isUnix();
        boolean travelled = reset && to.heardEndAt <= from.closedAt && to.sawFin;
        expect(
                !travelled
                        || scenario.isHostile()
                        || from.closedAt + SELDOM + latency >= each.closedAt(),
                "nobody heard that %s has reset: %s",
                from,
                each);
    }
}
