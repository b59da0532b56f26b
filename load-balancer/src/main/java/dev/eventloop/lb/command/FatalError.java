package dev.eventloop.lb.command;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when a thread has died that it needs, so that a supervisor can start another
 * one: a process that lives and serves nobody is worse than none. It works while the heap is full:
 * what it needs is allocated at the start.
 */
final class FatalError {
    /** The exit code; that of {@code -XX:+ExitOnOutOfMemoryError} is the same. */
    static final int EXIT_CODE = 3;

    private static final Logger LOG = LoggerFactory.getLogger(FatalError.class);

    /** How long the process may take to close its connections and write its logs. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final int BYTES_TO_LOG = 512 * 1024;

    private static final FatalError INSTANCE = new FatalError();

    private final Thread thread = new Thread(this::end, "fatal-error");
    private volatile Throwable cause;
    private volatile Runnable action = () -> {};

    /** Freed for the log. */
    private byte[] reserve = new byte[BYTES_TO_LOG];

    private FatalError() {}

    /** Starts the thread that can end the process. Once, by a process that is the command. */
    static void start() {
        INSTANCE.thread.setDaemon(true);
        INSTANCE.thread.start();
    }

    /**
     * From now on an exception that nobody catches ends the process, if it is the command. Not for
     * --help: picocli asks for the width of the terminal on a thread that may fail.
     */
    static void watch() {
        if (INSTANCE.thread.isAlive()) {
            Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> raise(thrown));
        }
    }

    /** Runs this on the thread that ends the process, which exits at the latest 5 s later. */
    static void onRaise(Runnable orderlyEnd) {
        INSTANCE.action = orderlyEnd;
    }

    /** Ends the process because of this. Any thread; returns at once. */
    static void raise(Throwable thrown) {
        INSTANCE.cause = thrown;
        LockSupport.unpark(INSTANCE.thread);
    }

    static boolean isRaised() {
        return INSTANCE.cause != null;
    }

    static void log(Throwable thrown) {
        LOG.error("a thread has failed; the process ends with exit code " + EXIT_CODE, thrown);
    }

    private void end() {
        while (cause == null) {
            LockSupport.park(reserve);
        }
        try {
            reserve = null;
            log(cause);
            action.run();
            Thread.sleep(LIMIT.toMillis());
        } catch (Throwable e) { // nobody is left to be told
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
