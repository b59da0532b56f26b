package dev.eventloop.lb.upstream;

import java.util.Locale;

/** What the operator wants of a backend. */
public enum BackendState {
    /** Gets new connections, while it is fit. */
    UP,
    /** Gets no new connections; those it has go on. It is still checked. */
    DRAIN,
    /** Down for maintenance: as {@link #DRAIN}, and not checked. */
    DOWN;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** {@code "up"} and so on, as the API and the dashboard have it. */
    @Override
    public String toString() {
        return word;
    }
}
