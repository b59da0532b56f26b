package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.BackendState;

/**
 * Whether a backend that is there comes back in time, one that is not goes down in time, and one
 * that was always there never went down. Times are the longest that checks may take: each comes a
 * tenth of the interval late at most, and says goodbye for a second or an interval.
 */
final class HealthWatch {
    private static final long SECOND = 1_000_000_000;
    private static final long SLACK = SECOND / 10;

    private final Simulation simulation;
    private final Scenario scenario;

    HealthWatch(Simulation simulation) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
    }

    void check(Seen each) {
        BackendServer server = each.server;
        if (scenario.isHostile() || server.mayTimeOut()) {
            return;
        }
        Policy policy = simulation.policies.now();
        boolean healthy = each.status().healthy();
        if (!server.mayRefuse()) {
            expect(healthy, "%s is always there, and was taken for down", each);
            expect(each.backend.checkFailures() == 0, "%s is there, and a check failed", each);
            expect(each.backend.connectFailures() == 0, "%s is there, and a connect failed", each);
        }
        boolean checked =
                each.status().present()
                        && each.status().state() != BackendState.DOWN
                        && scenario.hasFilesForAll()
                        && !simulation.isEnding();
        if (!checked) {
            return;
        }
        checkCounts(each, policy);
        long quiet =
                Math.max(Math.max(each.since(), server.changedAt()), simulation.policies.since());
        long waited = simulation.now() - quiet;
        if (server.isListening() && !healthy) {
            long limit = timeFor(policy, policy.rise());
            expect(
                    waited <= limit,
                    "%s has been there for %.3f s and is not up",
                    each,
                    waited / 1e9);
        }
        if (!server.isListening() && healthy && policy.isActive() && policy.isWatching()) {
            long limit = timeFor(policy, policy.fall());
            expect(waited <= limit, "%s has been gone for %.3f s and is up", each, waited / 1e9);
        }
    }

    /** As many failures, or passed checks, as are asked for are enough; where nothing is late. */
    private void checkCounts(Seen each, Policy policy) {
        BackendServer server = each.server;
        boolean exact = scenario.mood() == Scenario.Mood.CALM && !scenario.hasLatency();
        boolean same = server.changedAt() > each.addedAt() && simulation.policies.all().size() == 1;
        if (!exact || !same) {
            return;
        }
        if (!server.isListening() && each.status().healthy()) {
            long failures = each.failuresSince(server.changedAt());
            expect(failures < policy.fall(), "%s has failed %d times and is up", each, failures);
        }
        if (server.isListening() && !each.status().healthy()) {
            long passed = server.checksSinceItCame();
            expect(passed < policy.rise(), "%s has passed %d checks and is not up", each, passed);
        }
    }

    /** For so many checks, and the one that was under way. */
    private long timeFor(Policy policy, int checks) {
        long interval = policy.intervalWhenDown().toNanos();
        long timeout = Math.min(interval, scenario.connectTimeout().toNanos());
        long goodbye = Math.min(interval, SECOND);
        long each = interval + interval / 10 + Math.max(timeout, goodbye);
        return (checks + 1) * each + SLACK;
    }
}
