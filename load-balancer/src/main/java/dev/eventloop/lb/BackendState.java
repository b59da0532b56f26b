package dev.eventloop.lb;

import java.util.Locale;

/** The administrative state of a backend, as the operator set it. */
public enum BackendState {
    /** Gets new connections while it is healthy. */
    UP,
    /** Gets no new connections; open ones continue. Health checks continue. */
    DRAIN,
    /** Down for maintenance: like {@link #DRAIN}, but without health checks. */
    DOWN;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** {@code "up"} and so on, as in the admin API and the dashboard. */
    @Override
    public String toString() {
        return word;
    }
}
