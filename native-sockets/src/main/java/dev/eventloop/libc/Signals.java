package dev.eventloop.libc;

import jnr.constants.platform.Signal;
import jnr.posix.SignalHandler;
import jnr.posix.util.SunMiscSignal;

/** Signals of this process, through jnr-posix. */
public final class Signals {
    private Signals() {}

    /**
     * Runs {@code action} on a thread of the JVM each time the signal arrives, instead of the
     * default action.
     *
     * <p>Not with {@code POSIX.signal} of jnr-posix: its native variant runs the Java code in the
     * signal handler itself, on whichever thread the kernel interrupts, and has been seen to hang
     * inside the JVM.
     *
     * @param name such as {@code "SIGTERM"}
     * @throws IllegalArgumentException if there is no such signal, or the JVM or the kernel
     *     reserves it
     */
    public static void handle(String name, Runnable action) {
        SunMiscSignal.signal(Signal.valueOf(name), number -> action.run());
    }

    /**
     * As {@link #handle}; running the result restores the previous handler.
     *
     * <p>Java cannot restore SIG_DFL: a signal that had the default action is ignored afterwards.
     * SIGHUP, SIGINT and SIGTERM had the JVM's own handler, so they end the process again.
     */
    public static Runnable handleUntilUndone(String name, Runnable action) {
        Signal signal = Signal.valueOf(name);
        SignalHandler before = SunMiscSignal.signal(signal, number -> action.run());
        return () -> SunMiscSignal.signal(signal, number -> asBefore(before, number));
    }

    private static void asBefore(SignalHandler before, int number) {
        try {
            before.handle(number);
        } catch (UnsupportedOperationException e) { // SIG_DFL cannot be called
        }
    }
}
