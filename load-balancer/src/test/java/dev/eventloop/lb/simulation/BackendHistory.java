package dev.eventloop.lb.simulation;

import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.pool.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The history of one backend of the load balancer, from when it was added. */
final class BackendHistory {
    /**
     * The state of the backend from some time on.
     *
     * @param present whether it is configured; false after it was removed
     */
    record Status(
            boolean present,
            BackendState state,
            boolean healthy,
            int weight,
            boolean backup,
            int limit) {
        /** Whether it is up, so that it gets connections. */
        boolean isUp() {
            return isInUse() && healthy;
        }

        /** Whether it gets connections if no backend is up. */
        boolean isInUse() {
            return present && state == BackendState.UP;
        }
    }

    private record Change(long at, Status status) {}

    final Backend backend;
    final BackendServer server;
    private final List<Change> changes = new ArrayList<>();

    private final List<Long> failedAt = new ArrayList<>();
    private long failures;

    /** The connection count allowed above the limit, after the limit was lowered. */
    int ceiling;

    BackendHistory(Backend backend, BackendServer server) {
        this.backend = backend;
        this.server = server;
    }

    /** Records the current status; returns whether it changed. */
    boolean is(long now, Status status) {
        long failuresNow = backend.connectFailures() + backend.checkFailures();
        if (failuresNow != failures) {
            for (long n = failures; n < failuresNow; n++) {
                failedAt.add(now);
            }
            failures = failuresNow;
        }
        if (!changes.isEmpty() && status().equals(status)) {
            return false;
        }
        changes.add(new Change(now, status));
        return true;
    }

    Status status() {
        return changes.get(changes.size() - 1).status();
    }

    /** When the current status began. */
    long since() {
        return changes.get(changes.size() - 1).at();
    }

    long addedAt() {
        return changes.get(0).at();
    }

    /** When it was added last; what was known of it before may be forgotten. */
    long presentSince() {
        int first = changes.size() - 1;
        while (first > 0 && changes.get(first - 1).status().present()) {
            first--;
        }
        return changes.get(first).at();
    }

    /** Whether it was there from the start and never changed. */
    boolean neverChanged() {
        return changes.size() == 1 && addedAt() < 0;
    }

    /** Whether the condition held at all times from {@code from} to {@code to}. */
    boolean always(long from, long to, Predicate<Status> such) {
        return addedAt() < from && during(from, to).stream().allMatch(such);
    }

    /** Whether the condition held at any time from {@code from} to {@code to}. */
    boolean ever(long from, long to, Predicate<Status> such) {
        return during(from, to).stream().anyMatch(such);
    }

    private List<Status> during(long from, long to) {
        List<Status> statuses = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            boolean begins = changes.get(i).at() <= to;
            boolean ends = i + 1 < changes.size() && changes.get(i + 1).at() < from;
            if (begins && !ends) {
                statuses.add(changes.get(i).status());
            }
        }
        return statuses;
    }

    /** The times at which the condition ceased to hold. */
    List<Long> ends(Predicate<Status> such) {
        List<Long> ends = new ArrayList<>();
        for (int i = 1; i < changes.size(); i++) {
            if (such.test(changes.get(i - 1).status()) && !such.test(changes.get(i).status())) {
                ends.add(changes.get(i).at());
            }
        }
        return ends;
    }

    /** The times at which the condition began to hold, except at the start. */
    List<Long> begins(Predicate<Status> such) {
        return ends(such.negate());
    }

    /** Whether a check or connect failed at that moment, so that it may have gone down and up. */
    boolean hasFlickered(long at) {
        return failedAt.contains(at);
    }

    /** How many checks and connects failed after {@code time}. */
    long failuresSince(long time) {
        return failedAt.stream().filter(at -> at > time).count();
    }

    @Override
    public String toString() {
        return backend + " " + changes;
    }
}
