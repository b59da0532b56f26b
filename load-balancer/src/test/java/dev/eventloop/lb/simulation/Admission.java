package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.CloseReason;
import java.util.List;

/** Whether those came in who might, and nobody else: ranges, and limits of a source. */
final class Admission {
    private final Simulation run;

    Admission(Simulation run) {
        this.run = run;
    }

    void check(Case each) {
        Visit visit = each.visit();
        List<Policy> policies = run.policies.during(visit.acceptedAt, visit.acceptedAt);
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
                    "its source had not too many: %s",
                    each);
        } else if (!denied) {
            checkNotTooMany(each);
        }
        if (denied || limited) {
            expect(each.line().tried().isEmpty(), "it was turned away, and tried: %s", each);
            expect(visit.closedAt == visit.acceptedAt, "it was let in for a while: %s", each);
        }
    }

    /** Of who came at the same moment nobody knows which was the first. */
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

    /** Only where limits were always the same: else who came before may not have been counted. */
    private void checkNotTooMany(Case each) {
        Visit visit = each.visit();
        Policy policy = run.policies.now();
        if (!run.policies.all().stream().allMatch(policy::hasSameLimitsAs)) {
            return;
        }
        long now = visit.acceptedAt;
        if (policy.perSource() > 0) { // who leaves at that moment may have done so before
            long open =
                    run.visits.count(
                            v -> isAdmitted(v, visit) && v.acceptedAt <= now && v.closedAt > now);
            expect(
                    open <= policy.perSource() + (visit.closedAt > now ? 0 : 1),
                    "its source has %d: %s",
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
            expect(came <= policy.rate(), "%d came after it in a period: %s", came - 1, each);
        }
    }

    private static boolean isAdmitted(Visit other, Visit visit) {
        return other.source.equals(visit.source)
                && !Oracle.TURNED_AWAY.contains(other.closed.reason());
    }
}
