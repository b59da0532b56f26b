package dev.eventloop.libc;

import java.util.List;
import jnr.constants.platform.Signal;
import jnr.posix.SignalHandler;
import jnr.posix.util.SunMiscSignal;

/** Signals of this process, through jnr-posix. */
public final class Signals {
    /** More than {@code struct sigaction} and {@code sigset_t} take together anywhere. */
    private static final int SIZE = 512;

    /** SIG_UNBLOCK of pthread_sigmask(3): bits/sigaction.h of glibc, sys/signal.h of the BSDs. */
    private static final int UNBLOCK_LINUX = 1;

    private static final int UNBLOCK_BSD = 2;

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
     * Lets signals that have a handler arrive although they were ignored or blocked when the
     * process started, as nohup(1) and some supervisors do. The JVM keeps SIGHUP, SIGINT and
     * SIGTERM ignored then, and installs no handler for them
     * (https://docs.oracle.com/en/java/javase/17/troubleshoot/handle-signals-and-exceptions.html).
     * Copies the action of another signal, since the JVM has the same for all: unlike SIG_DFL and a
     * new handler, that leaves no moment in which the signal ends the process.
     *
     * <p>On a thread that lives as long as the process: the signals arrive there.
     *
     * @param handled a signal that has a handler and is none of these three
     * @param names the signals
     */
    public static void acceptInherited(String handled, List<String> names) {
        int unblock =
                OperatingSystem.current() == OperatingSystem.LINUX ? UNBLOCK_LINUX : UNBLOCK_BSD;
        ProcessCalls.Symbols libc = ProcessCalls.LIBC;
        try (NativeMemory action = NativeMemory.allocate(SIZE);
                NativeMemory set = NativeMemory.allocate(SIZE)) {
            int failures = libc.sigaction(number(handled), 0, action.address());
            failures += libc.sigemptyset(set.address());
            failures += libc.sigaddset(set.address(), number(handled));
            for (String name : names) {
                failures += libc.sigaction(number(name), action.address(), 0);
                failures += libc.sigaddset(set.address(), number(name));
            }
            failures += libc.pthread_sigmask(unblock, set.address(), 0);
            if (failures != 0) {
                throw new IllegalStateException("sigaction failed for one of " + names);
            }
        }
    }

    private static int number(String name) {
        return Signal.valueOf(name).intValue();
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
