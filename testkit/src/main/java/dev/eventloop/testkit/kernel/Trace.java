package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.util.Locale;
import java.util.function.Consumer;

/** Traces system calls as strace does: a line per call, with the time in seconds. */
final class Trace {
    private final World world;
    private final Consumer<String> lines;

    /**
     * @param lines null for no trace
     */
    Trace(World world, Consumer<String> lines) {
        this.world = world;
        this.lines = lines;
    }

    int result(String call, int result) {
        if (lines != null) {
            line(call + text(result));
        }
        return result;
    }

    int result(String call, int argument, int result) {
        if (lines != null) {
            line(call + " " + argument + text(result));
        }
        return result;
    }

    int result(String call, int first, int second, int result) {
        if (lines != null) {
            line(call + " " + first + ", " + second + text(result));
        }
        return result;
    }

    void line(String what) {
        if (lines != null) {
            lines.accept(String.format(Locale.ROOT, "%.6f %s", world.now() / 1e9, what));
        }
    }

    private static String text(int result) {
        return " = " + (result < 0 ? Errno.name(-result) : result);
    }
}
