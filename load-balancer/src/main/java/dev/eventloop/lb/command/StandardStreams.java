package dev.eventloop.lb.command;

import java.io.PrintStream;
import java.time.Duration;

/**
 * Standard output and standard error of the process. Whoever reads them may stop reading, and then
 * a write blocks, with the locks that its thread holds.
 */
final class StandardStreams {
    /** How long an exit waits for each stream to take its last lines. */
    static final Duration LAST_LINES = Duration.ofSeconds(1);

    /** Standard output, if this process is the command. */
    private static LineFile out;

    private StandardStreams() {}

    /**
     * From now on {@link System#out} and {@link System#err} never block, whoever uses them: the
     * log, a library, a thread that dies of an exception. The exit of the JVM waits for the last
     * lines for a limited time. Once, by a process that is the command.
     *
     * @return standard output, which does block
     */
    static LineFile neverBlock() {
        out = LineFile.standardOutput();
        AsyncOutput lines = AsyncOutput.start(out, "standard output");
        AsyncOutput errors = AsyncOutput.start(LineFile.standardError(), "standard error");
        System.setOut(new PrintStream(lines));
        System.setErr(new PrintStream(errors));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    errors.await(LAST_LINES);
                                    lines.await(LAST_LINES);
                                },
                                "last-lines"));
        return out;
    }

    /**
     * From now on the JVM does not block either when it prints something by itself, if this process
     * is the command. Not for --help, which needs no native library.
     */
    static void divertJvmOutput() {
        if (out != null) {
            JvmOutput.divert(out, System.out);
        }
    }
}
