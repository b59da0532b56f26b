package dev.eventloop.lb;

import java.util.Locale;

/** How a line of the access log looks. */
public enum AccessLogFormat {
    /** {@code key=value} pairs behind the time. */
    TEXT,
    /** An object a line. */
    JSON;

    /** As the command line has it: {@code "text"}, {@code "json"}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
