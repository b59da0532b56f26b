package dev.eventloop.lb.simulation;

import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.BackendState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** One backend of the load balancer's, from when it was added, and how it was when. */
final class Seen {
    /**
     * How it was from some time on.
     *
     * @param present whether it was not removed
     */
    record Status(
            boolean present,
            BackendState state,
            boolean healthy,
            int weight,
            boolean backup,
            int limit) {
        /** Whether it gets connections, as long as any such is there. */
        boolean isUp() {
            return isInUse() && healthy;
        }

        /** Whether it gets connections where nobody is up. */
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

    /** More than the limit, if that was lowered, until so many have ended. */
    int ceiling;

    Seen(Backend backend, BackendServer server) {
        this.backend = backend;
        this.server = server;
    }

    /** True if that is news. */
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

    /** When it became what it is. */
    long since() {
        return changes.get(changes.size() - 1).at();
    }

    long addedAt() {
        return changes.get(0).at();
    }

    /** Whether it never changed but for being there no more when all was over. */
    boolean neverChanged() {
        return changes.size() == 1 && addedAt() < 0;
    }

    /** At all times from one to the other, also before and after a change in between. */
    boolean always(long from, long to, Predicate<Status> such) {
        return addedAt() < from && during(from, to).stream().allMatch(such);
    }

    /** At any of these times. */
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

    /** When it ceased to be such, each time. */
    List<Long> ends(Predicate<Status> such) {
        List<Long> ends = new ArrayList<>();
        for (int i = 1; i < changes.size(); i++) {
            if (such.test(changes.get(i - 1).status()) && !such.test(changes.get(i).status())) {
                ends.add(changes.get(i).at());
            }
        }
        return ends;
    }

    /** When it began to be such, each time but the first. */
    List<Long> begins(Predicate<Status> such) {
        return ends(such.negate());
    }

    /** Whether something failed there at that moment, so that it may have been down and up. */
    boolean hasFlickered(long at) {
        return failedAt.contains(at);
    }

    /** How often something has failed there after that moment. */
    long failuresSince(long time) {
        return failedAt.stream().filter(at -> at > time).count();
    }

    @Override
    public String toString() {
        return backend + " " + changes;
    }
}
