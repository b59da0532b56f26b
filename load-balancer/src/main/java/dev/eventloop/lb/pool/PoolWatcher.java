package dev.eventloop.lb.pool;

import java.util.Collection;

/** Listens for changes of a pool. Must not block; is called on any thread. */
public interface PoolWatcher {
    /** These were added or removed, or their state or health has changed. */
    default void changed(Collection<Backend> backends) {}

    /** The settings have changed. */
    default void settingsChanged() {}

    /** A backend went down. */
    default void wentDown(Backend backend) {}

    /** A primary is up again, and is picked from now on. */
    default void primaryIsUp() {}

    /** {@link HealthChecks#startSlowly} must be called, as a backend is in its slow start. */
    default void startsSlowly() {}
}
