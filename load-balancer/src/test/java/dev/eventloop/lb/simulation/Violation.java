package dev.eventloop.lb.simulation;

import java.util.Locale;

/** A promise that was not kept, in words. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    Violation(String message, Object... arguments) {
        super(String.format(Locale.ROOT, message, arguments));
    }
}
