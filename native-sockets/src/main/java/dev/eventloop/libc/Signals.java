package dev.eventloop.libc;

import jnr.constants.platform.Signal;
import jnr.posix.SignalHandler;
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

    /**
     * As {@link #handle}, until the result is run; then what was before is again.
     *
     * <p>What the system does by default cannot be brought back from Java: such a signal is ignored
     * from then on. For SIGHUP, SIGINT and SIGTERM that is not so, the JVM itself had them: they
     * end the process again.
     */
    public static Runnable handleUntilUndone(String name, Runnable action) {
        Signal signal = Signal.valueOf(name);
        SignalHandler before = SunMiscSignal.signal(signal, number -> action.run());
        return () -> SunMiscSignal.signal(signal, number -> asBefore(before, number));
    }

    private static void asBefore(SignalHandler before, int number) {
        try {
            before.handle(number);
        } catch (UnsupportedOperationException e) { // SIG_DFL is no code that could be called
        }
    }
}
