package dev.eventloop.examples.guide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the course's experiments. */
@Command(
        name = "guide",
        description = "Runs the experiment of a chapter of docs/guide, and prints its figures.",
        mixinStandardHelpOptions = true,
        version = "0.1.0",
        sortOptions = false)
public final class Main implements Callable<Integer> {
    /** In the order of the chapters. */
    static final List<Experiment> CHAPTERS =
            List.of(
                    new WhySelectDoesNotScale(),
                    new LevelAndEdge(),
                    new HalfClose(),
                    new Backpressure(),
                    new BuffersAndPools(),
                    new Timers(),
                    new Draining(),
                    new OtherEvents());

    private static final int CANNOT_RUN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int WHOLE = 100;

    @Parameters(paramLabel = "CHAPTER", description = "The number of the chapter, from 1 to 8.")
    private int chapter;

    @Option(
            names = "--percent",
            paramLabel = "N",
            defaultValue = "100",
            description = "How much is done, ${DEFAULT-VALUE} unless given; less is quicker.")
    private int percent;

    private Main() {}

    /** Runs to its end; exit code 0, 1 if it could not run, 2 for what it can't accept. */
    public static void main(String... arguments) {
        System.exit(
                new CommandLine(new Main())
                        .setParameterExceptionHandler((e, given) -> complain(e, BAD_ARGUMENTS))
                        .setExecutionExceptionHandler((e, command, parsed) -> explain(e))
                        .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        check("CHAPTER", chapter, CHAPTERS.size());
        check("--percent", percent, WHOLE);
        CHAPTERS.get(chapter - 1).run(System.out, percent);
        return 0;
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    name + " " + value + " is not a whole number from 1 to " + most);
        }
    }

    private static int explain(Exception e) throws Exception {
        if (e instanceof IllegalArgumentException) {
            return complain(e, BAD_ARGUMENTS);
        }
        if (e instanceof IOException || e instanceof UncheckedIOException) {
            return complain(e, CANNOT_RUN);
        }
        throw e;
    }

    private static int complain(Exception e, int exitCode) {
        System.err.println("guide: " + e.getMessage());
        return exitCode;
    }
}
