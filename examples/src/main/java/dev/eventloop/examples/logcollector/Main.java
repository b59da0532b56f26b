package dev.eventloop.examples.logcollector;

import dev.eventloop.net.AddressText;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the collector; SIGINT and SIGTERM stop it in an orderly way. */
@Command(
        name = "log-collector",
        mixinStandardHelpOptions = true,
        version = "log-collector 0.1.0",
        sortOptions = false,
        description = "Collects log lines over TCP.",
        footer = {
            "",
            "Try:  printf 'hello\\n' | nc -N 127.0.0.1 9999",
            "      echo RECENT 10 | nc -N 127.0.0.1 9998"
        },
        subcommands = Generate.class)
public final class Main implements Callable<Integer> {
    private static final int FAILED = 1;

    @Spec private CommandSpec spec;
    @Mixin private Settings settings = new Settings();

    /** The exit code after a stop. */
    private volatile int exitCode = CommandLine.ExitCode.OK;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(command().execute(arguments));
    }

    static CommandLine command() {
        return new CommandLine(new Main())
                .registerConverter(Size.class, Size::parse)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::onMistake)
                .setExecutionExceptionHandler(Main::onFailure);
    }

    private static int onMistake(ParameterException e, String[] ignored) {
        e.getCommandLine().getErr().println("log-collector: " + e.getMessage());
        return CommandLine.ExitCode.USAGE;
    }

    private static int onFailure(
            Exception e, CommandLine command, CommandLine.ParseResult ignored) {
        command.getErr().println("log-collector: " + e.getMessage());
        return FAILED;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            settings.complete();
            settings.mustFit(DirectMemory.limit());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        LogCollector collector = LogCollector.start(settings, System.err);
        closeAtTheEnd(collector);
        announce(collector, System.out);
        try {
            collector.await();
            return CommandLine.ExitCode.OK;
        } catch (IOException e) {
            exitCode = FAILED;
            throw e;
        }
    }

    /** The JVM would exit with 143 on SIGTERM; an orderly stop exits with 0. */
    private void closeAtTheEnd(LogCollector collector) {
        Runnable stop =
                () -> {
                    try {
                        collector.close();
                        System.out.println("log-collector has stopped");
                    } catch (IOException | RuntimeException e) {
                        System.err.println("log-collector: " + e.getMessage());
                        exitCode = FAILED;
                    }
                    System.out.flush();
                    Runtime.getRuntime().halt(exitCode);
                };
        Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop"));
    }

    private void announce(LogCollector collector, PrintStream out) {
        out.println(
                "log-collector listens on "
                        + AddressText.of(collector.address())
                        + " for lines, on "
                        + AddressText.of(collector.queryAddress())
                        + " for queries");
        out.println(
                "  event backend "
                        + collector.backend()
                        + ", sink "
                        + settings.sink
                        + ", a line is acknowledged when "
                        + promise());
    }

    private String promise() {
        return switch (settings.sync) {
            case none -> "it is in memory";
            case write -> settings.sink == SinkKind.kafka ? "Kafka has it" : "the kernel has it";
            case fsync -> "it is on disk";
        };
    }
}
