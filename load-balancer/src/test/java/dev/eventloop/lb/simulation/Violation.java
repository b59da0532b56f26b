package dev.eventloop.lb.simulation;

import java.util.Locale;

/** A broken promise of the load balancer, described in a sentence. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    /** Throws a violation unless the promise was kept. */
    static void expect(boolean kept, String message, Object... arguments) {
        if (!kept) {
            throw new Violation(message, arguments);
        }
    }

    Violation(String message, Object... arguments) {
        super(String.format(Locale.ROOT, message, arguments));
    }
}
