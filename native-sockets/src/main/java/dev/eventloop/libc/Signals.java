package dev.eventloop.libc;

import jnr.constants.platform.Signal;
import jnr.posix.util.SunMiscSignal;

/** Signals of this process, through jnr-posix. */
public final class Signals {
    private Signals() {}

    /**
     * Runs {@code action} on a thread of the JVM's own whenever the signal comes, instead of what
     * would happen by default.
     *
     * <p>Not through {@code POSIX.signal} of jnr-posix's native kind: that makes the Java code a
     * signal handler proper, which interrupts whatever thread it meets, inside the JVM too, and has
     * been seen to hang there.
     *
     * @param name such as {@code "SIGTERM"}
     * @throws IllegalArgumentException if the JVM keeps that signal for itself
     */
    public static void handle(String name, Runnable action) {
        SunMiscSignal.signal(Signal.valueOf(name), number -> action.run());
    }
}
