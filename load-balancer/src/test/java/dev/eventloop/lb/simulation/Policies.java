package dev.eventloop.lb.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The policies of the load balancer, and when each came into effect. */
final class Policies {
    /** Without health checks, backends that are down are checked every two seconds. */
    private static final long SLOW_START_SLACK = Duration.ofMillis(2_500).toNanos();

    private final List<Long> times = new ArrayList<>();
    private final List<Policy> policies = new ArrayList<>();
    private long slowestStart;
    private long shortestInterval = Long.MAX_VALUE;

    void add(long since, Policy policy) {
        times.add(since);
        policies.add(policy);
        long slowStart = policy.slowStart().toNanos();
        if (slowStart > 0) {
            slowestStart = Math.max(slowestStart, slowStart + slowStart / 5 + SLOW_START_SLACK);
        }
        shortestInterval = Math.min(shortestInterval, policy.intervalWhenDown().toNanos());
    }

    Policy now() {
        return policies.get(policies.size() - 1);
    }

    /** When the current policy came into effect. */
    long since() {
        return times.get(times.size() - 1);
    }

    /** All policies of the run. */
    List<Policy> all() {
        return policies;
    }

    /** All policies in effect at any time from {@code from} to {@code to}. */
    List<Policy> during(long from, long to) {
        List<Policy> during = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            boolean ended = i + 1 < policies.size() && times.get(i + 1) < from;
            if (times.get(i) <= to && !ended) {
                during.add(policies.get(i));
            }
        }
        return during;
    }

    /** The longest that shares may grow after a backend came back. */
    long slowestStart() {
        return slowestStart;
    }

    long shortestInterval() {
        return shortestInterval;
    }
}
