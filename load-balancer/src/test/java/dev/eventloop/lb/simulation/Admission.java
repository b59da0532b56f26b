package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.CloseReason;
import java.util.List;

/** Checks the access rules and source limits: allowed clients were admitted, and no others. */
final class Admission {
    private final Simulation run;

    Admission(Simulation run) {
        this.run = run;
    }

    void check(Case each) {
        Visit visit = each.visit();
        boolean hasHeader = each.frontend().plan.acceptsHeader();
        if (hasHeader && each.pool() == null && !Oracle.REFUSED.contains(each.reason())) {
            return; // it may have ended before its PROXY header came
        }
        long admittedUntil = hasHeader ? visit.decidedAt() : visit.acceptedAt;
        List<Policy> policies =
                each.frontend()
                        .during(
                                each.frontend().policies,
                                each.client(),
                                visit.acceptedAt,
                                admittedUntil);
        boolean denied = each.reason() == CloseReason.DENIED;
        expect(
                policies.stream().anyMatch(p -> p.admits(visit.source) != denied),
                "its address is %s: %s",
                denied ? "not denied" : "denied",
                each);
        boolean limited = each.reason() == CloseReason.SOURCE_LIMIT;
        if (limited) {
            expect(
                    policies.stream().anyMatch(p -> mayBeTooMany(p, visit)),
                    "its source was below the limits: %s",
                    each);
        } else if (!denied) {
            checkNotTooMany(each);
        }
        if (denied || limited) {
            expect(
                    each.line().tried().isEmpty(),
                    "it was refused, and a backend was tried: %s",
                    each);
            boolean atOnce = visit.closedAt == visit.acceptedAt;
            expect(atOnce || hasHeader, "it was refused, but not at once: %s", each);
        }
    }

    /** An upper bound, because the order of clients that came at the same moment is unknown. */
    private boolean mayBeTooMany(Policy policy, Visit visit) {
        long now = visit.acceptedAt;
        long open = run.visits.count(v -> isAdmitted(v, visit) && v.isDuring(now, now));
        long recent = now - 2 * policy.ratePeriod().toNanos();
        long came =
                run.visits.count(
                        v -> isAdmitted(v, visit) && v.acceptedAt <= now && v.acceptedAt > recent);
        return (policy.perSource() > 0 && open >= policy.perSource())
                || (policy.rate() > 0 && came >= policy.rate());
    }

    /**
     * Only if the limits never changed, because clients that came before a change may not have been
     * counted.
     */
    private void checkNotTooMany(Case each) {
        Visit visit = each.visit();
        Policies policies = each.frontend().policies;
        Policy policy = policies.now();
        if (each.frontend().incarnations().size() > 1
                || !policies.all().stream().allMatch(policy::hasSameLimitsAs)) {
            return;
        }
        long now = visit.acceptedAt;
        if (policy.perSource() > 0) { // a client that leaves at this moment may have left before
            long open =
                    run.visits.count(
                            v -> isAdmitted(v, visit) && v.acceptedAt <= now && v.closedAt > now);
            expect(
                    open <= policy.perSource() + (visit.closedAt > now ? 0 : 1),
                    "its source has %d connections: %s",
                    open,
                    each);
        }
        long period = policy.ratePeriod().toNanos();
        boolean first =
                run.visits.count(
                                v ->
                                        isAdmitted(v, visit)
                                                && v.acceptedAt < now
                                                && v.acceptedAt > now - 2 * period)
                        == 0;
        if (policy.rate() > 0 && first) {
            long came =
                    run.visits.count(
                            v ->
                                    isAdmitted(v, visit)
                                            && v.acceptedAt >= now
                                            && v.acceptedAt < now + period);
            expect(
                    came <= policy.rate(),
                    "%d more were admitted in the same period: %s",
                    came - 1,
                    each);
        }
    }

    private static boolean isAdmitted(Visit other, Visit visit) {
        return other.client.frontend == visit.client.frontend
                && other.source.equals(visit.source)
                && !Oracle.REFUSED.contains(other.closed.reason());
    }
}
