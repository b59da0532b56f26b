package dev.eventloop.examples.filewatch;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** A line for each thing that happens, with the seconds since the start. */
final class Journal {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final long start = System.nanoTime();

    Journal(PrintStream out) {
        this.out = out;
    }

    void say(String what) {
        out.printf(Locale.ROOT, "%9.3f %s%n", (System.nanoTime() - start) / NANOS_PER_SECOND, what);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f s", duration.toNanos() / NANOS_PER_SECOND);
    }
}
