package dev.eventloop.lb.simulation;

import java.time.Duration;

/** The policies of a frontend or a pool, and when each came into effect. */
final class Policies extends Timeline<Policy> {
    /** Without health checks, backends that are down are checked every two seconds. */
    private static final long SLOW_START_SLACK = Duration.ofMillis(2_500).toNanos();

    private long slowestStart;
    private long shortestInterval = Long.MAX_VALUE;
    private long intervalBefore;

    @Override
    void add(long since, Policy policy) {
        intervalBefore = all().isEmpty() ? 0 : now().intervalWhenDown().toNanos();
        super.add(since, policy);
        long slowStart = policy.slowStart().toNanos();
        if (slowStart > 0) {
            slowestStart = Math.max(slowestStart, slowStart + slowStart / 5 + SLOW_START_SLACK);
        }
        shortestInterval = Math.min(shortestInterval, policy.intervalWhenDown().toNanos());
    }

    /** The longest that shares may grow after a backend came back. */
    long slowestStart() {
        return slowestStart;
    }

    /** The interval of the policy before the one in effect; 0 if there was none. */
    long intervalBefore() {
        return intervalBefore;
    }

    long shortestInterval() {
        return shortestInterval;
    }
}
