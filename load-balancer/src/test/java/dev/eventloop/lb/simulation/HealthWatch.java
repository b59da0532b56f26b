package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.BackendState;

/**
 * Checks health: a backend that listens comes up in time, one that does not goes down in time, and
 * one that always listened never goes down. The limits are the longest that checks may take: each
 * starts at most 10 % of the interval late, and waits for the FIN at most a second or an interval.
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

    void check(BackendHistory each) {
        BackendServer server = each.server;
        Policies policies = server.pool.policies;
        if (scenario.isHostile() || server.mayTimeOut()) {
            return;
        }
        Policy policy = policies.now();
        boolean healthy = each.status().healthy();
        if (!server.mayRefuse()) {
            expect(healthy, "%s was always listening, but is down", each);
            expect(each.backend.checkFailures() == 0, "%s is listening, but a check failed", each);
            expect(
                    each.backend.connectFailures() == 0,
                    "%s is listening, but a connect failed",
                    each);
        }
        boolean checked =
                each.status().present()
                        && each.status().state() != BackendState.DOWN
                        && scenario.hasFilesForAll()
                        && !simulation.ending.hasBegun();
        if (!checked) {
            return;
        }
        checkCounts(each, policy);
        long quiet = Math.max(Math.max(each.since(), server.changedAt()), policies.since());
        long waited = simulation.now() - quiet - simulation.pauses.total();
        if (server.isListening() && !healthy) {
            long limit = timeFor(policies, policy.rise(), server.pool.plan);
            expect(
                    waited <= limit,
                    "%s has been listening for %.3f s and is not up",
                    each,
                    waited / 1e9);
        }
        if (!server.isListening() && healthy && policy.isActive() && policy.isWatching()) {
            long limit = timeFor(policies, policy.fall(), server.pool.plan);
            expect(waited <= limit, "%s has been gone for %.3f s and is up", each, waited / 1e9);
        }
    }

    /**
     * The configured number of failures or passed checks is enough, if the kernel delays nothing.
     */
    private void checkCounts(BackendHistory each, Policy policy) {
        BackendServer server = each.server;
        boolean exact = scenario.mood() == Scenario.Mood.CALM && !scenario.hasLatency();
        boolean same =
                server.changedAt() > each.presentSince() && server.pool.policies.all().size() == 1;
        if (!exact || !same || server.mayMissHeader()) {
            return;
        }
        if (!server.isListening() && each.status().healthy()) {
            long failures = each.failuresSince(server.changedAt());
            expect(failures < policy.fall(), "%s has failed %d times and is up", each, failures);
        }
        if (server.isListening() && !each.status().healthy()) {
            long passed = server.checksSinceUp();
            expect(passed < policy.rise(), "%s has passed %d checks and is not up", each, passed);
        }
    }

    /**
     * The time limit for this many checks, and the one in progress, which may have started at the
     * interval before a reload.
     */
    static long timeFor(Policies policies, int checks, PoolPlan pool) {
        long interval = policies.now().intervalWhenDown().toNanos();
        long each = interval + interval / 10 + longest(interval, pool);
        return (checks + 1) * each + longest(policies.intervalBefore(), pool) + SLACK;
    }

    /** How long one check may take: until it is connected, or until the FIN comes. */
    private static long longest(long interval, PoolPlan pool) {
        long timeout = Math.min(interval, pool.connectTimeout().toNanos());
        return Math.max(timeout, Math.min(interval, SECOND));
    }
}
