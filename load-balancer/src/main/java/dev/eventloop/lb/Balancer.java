package dev.eventloop.lb;

import java.util.List;

/** Picks backends. Shared by all threads. */
final class Balancer {
    private final Backend[] backends;
    private final Schedule schedule;

    Balancer(List<Backend> backends, Algorithm algorithm) {
        this.backends = backends.toArray(Backend[]::new);
        this.schedule = algorithm.schedule(backends.stream().mapToInt(Backend::weight).toArray());
    }

    /** The backend whose turn it is, of those that were not tried yet; null if all were. */
    Backend pick(Attempts tried) {
        if (tried.count() == backends.length) {
            return null;
        }
        while (true) { // every backend has its turn within a round of the schedule
            Backend backend = backends[schedule.next()];
            if (!tried.contains(backend)) {
                return backend;
            }
        }
    }
}
