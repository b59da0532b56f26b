package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.CloseReason;
import java.time.Duration;
import java.util.List;

/**
 * Checks that timeouts were neither early nor late, did not hide a stuck transfer, and that the
 * logged times are right.
 */
final class Timing {
    private static final long MILLI = 1_000_000;

    /** For each attempt: polling a full unix-domain backlog, and rounding to milliseconds. */
    private static final long ATTEMPT_SLACK = 15 * MILLI;

    /** The delays of a kernel with harmless faults. */
    private static final long FIDGETING = 200 * MILLI;

    private static final long SLACK = 5 * MILLI;

    /** The polling interval of half-closed connections with pollers that do not report resets. */
    private static final long RESET_POLL = 1_100 * MILLI;

    private final Simulation run;
    private final Scenario scenario;
    private final long latency;

    /** For timers. */
    private final long slack;

    Timing(Simulation run) {
        this.run = run;
        this.scenario = run.scenario;
        this.latency = 4 * scenario.mostLatency().toNanos();
        this.slack = SLACK + run.pauses.total();
    }

    void check(Case each) {
        checkLoggedTimes(each);
        checkFirstByte(each);
        checkDialled(each);
        checkAge(each);
        CloseReason reason = each.reason();
        if (reason == CloseReason.IDLE_TIMEOUT || reason == CloseReason.HALF_CLOSE_TIMEOUT) {
            Duration limit =
                    reason == CloseReason.IDLE_TIMEOUT
                            ? each.frontend().plan.idleTimeout()
                            : each.frontend().plan.halfCloseTimeout();
            expect(isSilent(each, limit.toNanos()), "the timeout is too early: %s", each);
            expect(
                    reason != CloseReason.IDLE_TIMEOUT || mayBeIdle(each),
                    "it was half-closed, and the half-close timeout does not end it: %s",
                    each);
            checkRenewed(each.client(), each.backend(), each, limit.toNanos());
            checkRenewed(each.backend(), each.client(), each, limit.toNanos());
            checkNotLate(each, limit.toNanos());
            checkNotStuck(each.client(), each.backend(), each, limit.toNanos());
            checkNotStuck(each.backend(), each.client(), each, limit.toNanos());
        }
        checkResetIsNoticed(each.client(), each.backend(), each);
        checkResetIsNoticed(each.backend(), each.client(), each);
    }

    // The log

    private void checkLoggedTimes(Case each) {
        Visit visit = each.visit();
        AccessLine line = each.line();
        long duration = visit.closedAt - visit.acceptedAt;
        expect(line.durationMillis() == duration / MILLI, "it took %d ns: %s", duration, each);
        expect(
                line.wasConnected() == visit.connectedAt >= 0
                        && line.wasConnected() == line.connectMillis() >= 0,
                "the log is wrong about being connected: %s",
                each);
        if (line.wasConnected()) {
            long connect = visit.connectedAt - visit.dialedFrom();
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
                "the log is wrong about a first byte: %s",
                each);
        if (line.firstByteMillis() < 0) {
            return;
        }
        long least = each.visit().dialedFrom() + line.firstByteMillis() * MILLI;
        long received = each.client().firstReceivedAt;
        expect(
                line.firstByteMillis() >= line.connectMillis(),
                "a byte before the connect: %s",
                each);
        expect(received < 0 || received >= least, "the first byte came at %d: %s", received, each);
        if (each.backend() != null) {
            long sent = each.backend().timeSent(1);
            expect(sent < least + MILLI, "the first byte was sent at %d: %s", sent, each);
            boolean quick = scenario.mood() == Scenario.Mood.CALM;
            long begun = Math.max(sent, each.visit().connectedAt);
            expect(
                    !quick || least <= begun + latency + slack,
                    "the first byte was sent at %d, and relayed late: %s",
                    sent,
                    each);
        }
    }

    // Connects

    /**
     * Each attempt gets the connect timeout and no more; a backend that never refuses gets all of
     * it.
     */
    private void checkDialled(Case each) {
        Visit visit = each.visit();
        List<String> tried = each.line().tried();
        if (each.pool() == null) {
            return;
        }
        long took = visit.dialedUntil() - visit.dialedFrom();
        long limit = each.pool().plan.connectTimeout().toNanos();
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
            long delay = scenario.mood() == Scenario.Mood.CALM ? 0 : FIDGETING;
            long most =
                    slow * (limit + ATTEMPT_SLACK)
                            + tried.size() * (latency + SLACK + delay)
                            + slack;
            expect(took <= most, "it was connecting for %d ns, at most %d: %s", took, most, each);
        }
    }

    // Maximum age

    /**
     * A connection is closed at its maximum age, unless a reset is being relayed, which takes its
     * time.
     */
    private void checkAge(Case each) {
        Visit visit = each.visit();
        Policies policies = each.frontend().policies;
        long most = policies.now().maxAge().toNanos();
        boolean same = policies.all().stream().allMatch(p -> p.maxAge().toNanos() == most);
        boolean resets =
                scenario.isHostile()
                        || each.client().left
                        || each.backend() == null
                        || each.backend().left;
        if (most == 0 || !same || resets || visit.connectedAt < 0) {
            return;
        }
        long end = Math.max(visit.acceptedAt + most, visit.connectedAt);
        expect(visit.closedAt <= end + slack, "it is too old: %s", each);
    }

    // Idle and half-close timeouts

    /** Whether no byte that arrived can have been relayed within the limit. */
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

    /** From the first relayed FIN on, the half-close timeout counts, unless it is longer. */
    private static boolean mayBeIdle(Case each) {
        FrontendPlan plan = each.frontend().plan;
        return plan.idleTimeout().compareTo(plan.halfCloseTimeout()) < 0
                || !(hasFin(each.client(), each) || hasFin(each.backend(), each));
    }

    /** Whether the peer got a FIN while the connection was open. */
    private static boolean hasFin(Peer to, Case each) {
        return to != null && to.sawFin && to.receivedEndAt < each.closedAt();
    }

    /** A relayed FIN restarts the timeout. */
    private void checkRenewed(Peer from, Peer to, Case each, long limit) {
        boolean relayed =
                from != null && to != null && to.sawFin && to.receivedEndAt < each.closedAt();
        expect(
                !relayed || each.closedAt() >= from.endedAt + limit,
                "the FIN of %s did not restart the timeout: %s",
                from,
                each);
    }

    /** The timeout runs from the last send or read of either peer. */
    private void checkNotLate(Case each, long limit) {
        Peer client = each.client();
        Peer backend = each.backend();
        boolean known = backend != null && backend.sentAtClose >= 0 && client.sentAtClose >= 0;
        if (!known || scenario.mood() != Scenario.Mood.CALM) {
            return; // a spurious event can restart it, too
        }
        long last = Math.max(client.changedBeforeClose, backend.changedBeforeClose);
        expect(
                each.closedAt() <= Math.max(last, backend.beganAt) + limit + latency + slack,
                "the timeout comes too late: %s",
                each);
    }

    /**
     * A timeout must not hide a stuck transfer: bytes or a FIN were there, and the receiver was
     * reading.
     */
    private void checkNotStuck(Peer from, Peer to, Case each, long limit) {
        if (from == null || to == null || to.left || to.script.readPauseAt() >= 0) {
            return;
        }
        long closed = each.closedAt();
        long before = closed - limit - latency;
        long lately = closed - latency - SLACK;
        boolean wanted =
                to.longestReadGap < limit / 2
                        && to.beganAt < closed - limit / 2
                        && to.lastReceivedAt < closed - limit / 2;
        if (!wanted || scenario.isHostile() || latency >= limit / 4) {
            return;
        }
        expect(
                to.received >= Math.min(from.sentBy(before), from.sent),
                "bytes of %s were stuck until the timeout: %s",
                from.name,
                each);
        expect(
                relayed(from, each) >= Math.min(from.sentBy(lately), from.sent),
                "%s sent something before the timeout, and was not idle: %s",
                from.name,
                each);
        boolean visible = !from.hasReset || !from.sentFin; // a reset after a FIN: see below
        if (visible && from.endedAt < before && to.received == from.sent) {
            expect(
                    to.receivedEndAt < closed,
                    "the FIN of %s was stuck until the timeout: %s",
                    from.name,
                    each);
        }
    }

    private static long relayed(Peer from, Case each) {
        return from.isClient() ? each.line().sent() : each.line().received();
    }

    /**
     * A reset is noticed in time, even after a relayed FIN, if nothing is in transit to the peer
     * that reset.
     */
    private void checkResetIsNoticed(Peer from, Peer to, Case each) {
        boolean reset =
                from != null
                        && to != null
                        && from.hasReset
                        && from.sentFin
                        && !from.sawFin
                        && !from.isUnix();
        boolean relayed = reset && to.receivedEndAt <= from.closedAt && to.sawFin;
        expect(
                !relayed
                        || scenario.isHostile()
                        || from.closedAt + RESET_POLL + latency + slack >= each.closedAt(),
                "the reset of %s was not noticed: %s",
                from,
                each);
    }
}
