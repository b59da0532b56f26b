package dev.eventloop.lb;

import java.util.Locale;

/** The format of a line of the access log. */
public enum AccessLogFormat {
    /** The time, then {@code key=value} pairs. */
    TEXT,
    /** One JSON object per line. */
    JSON;

    /** The name on the command line: {@code "text"}, {@code "json"}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
