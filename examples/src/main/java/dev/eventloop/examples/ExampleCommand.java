package dev.eventloop.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command line of an example: {@code --help}, {@code --version}, and one sentence for each
 * error.
 */
@Command(mixinStandardHelpOptions = true, version = "0.1.0", sortOptions = false)
public abstract class ExampleCommand implements Callable<Integer> {
    private static final int CANNOT_RUN = 1;
    private static final int BAD_ARGUMENTS = 2;

    @Spec private CommandSpec spec;

    /** For subclasses. */
    protected ExampleCommand() {}

    /** Runs the command and exits: exit code 1 for a failure, 2 for invalid arguments. */
    protected static void execute(ExampleCommand command, String... arguments) {
        System.exit(
                new CommandLine(command)
                        .setParameterExceptionHandler(
                                (e, given) -> command.complain(e, BAD_ARGUMENTS))
                        .setExecutionExceptionHandler((e, line, parsed) -> command.explain(e))
                        .execute(arguments));
    }

    private int explain(Exception e) throws Exception {
        if (e instanceof IllegalArgumentException) {
            return complain(e, BAD_ARGUMENTS);
        }
        if (e instanceof IOException || e instanceof UncheckedIOException) {
            return complain(e, CANNOT_RUN);
        }
        throw e;
    }

    private int complain(Exception e, int exitCode) {
        warn(e.getMessage());
        return exitCode;
    }

    /** Prints a sentence to standard error, after the example's name. */
    protected final void warn(String sentence) {
        System.err.println(name() + ": " + sentence);
    }

    /** The command's name. */
    protected final String name() {
        return spec.name();
    }

    /**
     * Converts an option's value in seconds to a duration.
     *
     * @param option the option's name
     * @throws IllegalArgumentException with a sentence, for less than a millisecond
     */
    protected static Duration seconds(String option, double seconds) {
        if (!(seconds >= 0.001)) {
            throw new IllegalArgumentException(
                    option + " must be 0.001 seconds or more, not " + seconds);
        }
        return Duration.ofMillis((long) (seconds * 1_000));
    }

    /**
     * Rejects a value out of range.
     *
     * @param what the option or the argument
     * @throws IllegalArgumentException with a sentence that names {@code what}
     */
    public static void checkRange(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " " + value + " is not a whole number from " + least + " to " + most);
        }
    }
}
