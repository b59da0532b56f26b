package dev.eventloop.benchmarks;

import dev.eventloop.benchmarks.published.PublishedPart;
import dev.eventloop.benchmarks.report.Report;
import dev.eventloop.benchmarks.ring.RingPart;
import dev.eventloop.benchmarks.suites.SuitesPart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures, and writes the report. */
@Command(
        name = "benchmarks/run",
        mixinStandardHelpOptions = true,
        version = "eventloop benchmarks",
        description = {
            "Compares the event loop with C, java.nio and Netty, and writes the report.",
            "",
            "  loop       whole programs side by side, in interleaved rounds",
            "  jmh        single operations: dispatch, registration, wake-up, timers, picking",
            "  published  published figures measured again: servers under load, batches, pools",
            ""
        })
public final class Main implements Callable<Integer> {
    /** A part that can be measured separately. */
    enum Part {
        loop,
        jmh,
        published
    }

    @Parameters(
            paramLabel = "PART",
            description = "What to measure: loop, jmh or published; all of them if none is named.")
    private List<String> parts = List.of();

    @Option(names = "--quick", description = "Fewer and shorter rounds: for a first look.")
    private boolean quick;

    @Option(names = "--update-docs", description = "Also writes docs/benchmarks.md and its charts.")
    private boolean updateDocs;

    @Option(
            names = "--home",
            hidden = true,
            description = "The project's folder; the script sets it.")
    private Path home = Path.of(".");

    @Spec private CommandSpec spec;

    /** Runs the command. */
    public static void main(String[] arguments) {
        System.exit(
                new CommandLine(new Main())
                        .setExecutionExceptionHandler(Main::failed)
                        .execute(arguments));
    }

    private static int failed(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (failure instanceof IOException) {
            command.getErr().println("benchmarks/run: " + failure.getMessage());
            return 1;
        }
        throw failure;
    }

    @Override
    public Integer call() throws IOException {
        Set<Part> asked = asked();
        Report report = new Report(home.resolve("benchmarks/report"), Clock.systemUTC());
        Effort effort = quick ? Effort.QUICK : Effort.FULL;
        if (asked.contains(Part.loop)) {
            new RingPart(effort).run(report, this::progress);
        }
        if (asked.contains(Part.jmh)) {
            new SuitesPart(effort).run(report, this::progress);
        }
        if (asked.contains(Part.published)) {
            new PublishedPart(effort).run(report, this::progress);
        }
        Path page = report.assemble();
        spec.commandLine().getOut().println("the report is " + page.normalize());
        if (updateDocs) {
            report.publish(home.resolve("docs"));
            spec.commandLine().getOut().println("docs/benchmarks.md is written");
        }
        return 0;
    }

    private Set<Part> asked() {
        if (parts.isEmpty()) {
            return EnumSet.allOf(Part.class);
        }
        Set<Part> asked = EnumSet.noneOf(Part.class);
        for (String name : parts) {
            Part part =
                    Arrays.stream(Part.values())
                            .filter(one -> one.name().equals(name))
                            .findFirst()
                            .orElseThrow(() -> noPart(name));
            asked.add(part);
        }
        return asked;
    }

    private ParameterException noPart(String name) {
        return new ParameterException(
                spec.commandLine(),
                "there is no part \"" + name + "\"; the parts are loop, jmh, published");
    }

    private void progress(String line) {
        spec.commandLine().getErr().println(line);
    }
}
