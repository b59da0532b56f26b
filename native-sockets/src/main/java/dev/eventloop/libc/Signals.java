package dev.eventloop.libc;

import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** Signals of this process, through jnr-posix. */
public final class Signals {
    private Signals() {}

    /**
     * Runs {@code action} on a thread of the JVM's own whenever the signal comes, instead of what
     * would happen by default.
     *
     * @param name such as {@code "SIGTERM"}
     */
    public static void handle(String name, Runnable action) {
        posix().signal(Signal.valueOf(name), number -> action.run());
    }

    /** kill(2) of this process by itself. */
    public static void raise(String name) {
        posix().kill(posix().getpid(), Signal.valueOf(name).intValue());
    }

    private static POSIX posix() {
        return POSIXFactory.getNativePOSIX();
    }
}
