package dev.eventloop.examples.filewatch;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** A line for each thing that happens, with the seconds since the start. */
final class Journal {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final long start = System.nanoTime();
    private Runnable whenClosed = () -> {};
    private boolean closed;

    Journal(PrintStream out) {
        this.out = out;
    }

    /** Run when nobody can read it any more, such as "| head" that has seen enough. */
    void whenClosed(Runnable task) {
        whenClosed = task;
    }

    /** A file may have any name, and a terminal obeys control characters: none gets through. */
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
