package dev.eventloop.lb.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the load balancer was told, and when. */
final class Policies {
    /** Who is not checked otherwise is looked at every two seconds. */
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

    /** From when on that has held. */
    long since() {
        return times.get(times.size() - 1);
    }

    /** All that there were. */
    List<Policy> all() {
        return policies;
    }

    /** All that were in force at some time from one to the other. */
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

    /** The longest that shares may grow after somebody came back. */
    long slowestStart() {
        return slowestStart;
    }

    long shortestInterval() {
        return shortestInterval;
    }
}
