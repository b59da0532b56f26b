package dev.eventloop.examples.guide;

import dev.eventloop.examples.ExampleCommand;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the guide's experiments. */
@Command(
        name = "guide",
        description = "Runs the experiment of a chapter of docs/guide, and prints its figures.")
public final class Main extends ExampleCommand {
    /** The experiments, in the order of the chapters. */
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

    private static final int WHOLE = 100;

    @Parameters(paramLabel = "CHAPTER", description = "The number of the chapter, from 1 to 8.")
    private int chapter;

    @Option(
            names = "--percent",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "The amount of work in percent, ${DEFAULT-VALUE} by default; less is quicker.")
    private int percent;

    private Main() {}

    /** Runs one experiment; exit code 0, 1 if it failed, 2 for invalid arguments. */
    public static void main(String... arguments) {
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws Exception {
        checkRange("CHAPTER", chapter, 1, CHAPTERS.size());
        checkRange("--percent", percent, 1, WHOLE);
        CHAPTERS.get(chapter - 1).run(System.out, percent);
        return 0;
    }
}
