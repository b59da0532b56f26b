package dev.eventloop.examples.filewatch;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Prints a line per event, with the seconds since the start. */
final class Journal {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final long start = System.nanoTime();
    private Runnable whenClosed = () -> {};
    private boolean closed;

    Journal(PrintStream out) {
        this.out = out;
    }

    /** Runs when the output is closed, as after "| head" has exited. */
    void whenClosed(Runnable task) {
        whenClosed = task;
    }

    /** Replaces control characters, which a file name may have and a terminal obeys. */
    void say(String what) {
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        out.printf(Locale.ROOT, "%9.3f %s%n", seconds, what.replaceAll("\\p{Cc}", "?"));
        if (out.checkError() && !closed) {
            closed = true;
            whenClosed.run();
        }
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f s", duration.toNanos() / NANOS_PER_SECOND);
    }
}
