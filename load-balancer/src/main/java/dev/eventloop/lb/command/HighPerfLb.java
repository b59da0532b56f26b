package dev.eventloop.lb.command;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.BadConfigurationException;
import dev.eventloop.lb.config.Configuration;
import dev.eventloop.lb.config.ConfigurationSource;
import dev.eventloop.lb.config.Draft;
import dev.eventloop.lb.config.Nearest;
import dev.eventloop.lb.config.Text;
import dev.eventloop.libc.OperatingSystem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line of the load balancer. Declared to picocli by calls, because processing its
 * annotations takes 30 ms.
 */
public final class HighPerfLb implements Callable<Integer> {
    private static final int CANNOT_RUN = 1;
    private static final int BAD_ARGUMENTS = 2;

    private final PositionalParamSpec port =
            PositionalParamSpec.builder()
                    .index("0")
                    .arity("0..1")
                    .paramLabel("PORT")
                    .type(String.class)
                    .description("The port to listen on, 0 to 65535; 0 picks a free one.")
                    .build();

    private final PositionalParamSpec backends =
            PositionalParamSpec.builder()
                    .index("1..*")
                    .arity("0..1")
                    .paramLabel("BACKEND")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .description(
                            "HOST:PORT[:WEIGHT], [IPV6]:PORT[:WEIGHT] or unix:PATH[:WEIGHT]; the"
                                    + " weight is 0 to 256, default 1; 0: no new connections.",
                            "dns:NAME:PORT[:WEIGHT]: every address that the name resolves to."
                                    + " srv:NAME: every SRV record, with its weight.",
                            "With ,backup appended: used only when no primary is up.")
                    .build();

    private final OptionSpec config =
            OptionSpec.builder("--config")
                    .paramLabel("FILE")
                    .arity("1")
                    .type(String.class)
                    .description(
                            "A YAML file with the configuration, instead of PORT and BACKEND; its"
                                    + " keys are the option names, and frontends and pools."
                                    + " Options override its top level. SIGHUP reloads it.")
                    .build();

    private final OptionSpec dryRun =
            flag(
                    "Shows the effective configuration as such a file, the routes, the first 20"
                            + " picks and the limits found, and exits.",
                    "--dry-run");

    private final OptionSpec help = flag("Shows this help and exits.", "-h", "--help");

    private final OptionSpec version = flag("Shows the version and exits.", "-V", "--version");

    private final OutputStream out;

    private CommandLine commandLine;

    private HighPerfLb(OutputStream out) {
        this.out = out;
    }

    /** Runs the command and exits the process with its exit code. */
    public static void main(String... arguments) {
        ProcessSignals.handle();
        Logging.choose();
        FatalError.start();
        LineFile out = StandardStreams.neverBlock();
        int exitCode = FatalError.EXIT_CODE;
        try {
            exitCode = execute(out, System.err, arguments);
        } catch (RuntimeException | Error e) {
            FatalError.log(e);
        } finally {
            System.exit(FatalError.isRaised() ? FatalError.EXIT_CODE : exitCode);
        }
    }

    /**
     * Runs the command. Returns the exit code: 0, 1 if it cannot run, 2 for invalid arguments.
     *
     * @param out may block; the load balancer itself does not wait for it
     */
    static int execute(OutputStream out, PrintStream err, String... arguments) {
        if (ReloadBinary.isMeant(arguments)) {
            return ReloadBinary.run(new PrintStream(out), err, arguments);
        }
        NextCommand.remember(arguments);
        HighPerfLb command = new HighPerfLb(out);
        CommandLine line = new CommandLine(command.spec());
        command.commandLine = line;
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, args) -> refuse(err, e));
        line.setExecutionExceptionHandler((e, cmd, result) -> explain(err, e));
        return line.execute(arguments);
    }

    private CommandSpec spec() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
        spec.name("high_perf_lb").versionProvider(new Version());
        spec.usageMessage()
                .description("A TCP load balancer.")
                .customSynopsis(
                        "high_perf_lb PORT BACKEND... [options]",
                        "       high_perf_lb --config FILE [options]",
                        "       high_perf_lb --demo [PORT] [options]",
                        "       high_perf_lb reload-binary --handover PATH")
                .sortOptions(false)
                .autoWidth(true);
        spec.add(port).add(backends);
        List.of(config, dryRun, help, version).forEach(spec::add);
        SettingOptions.addTo(spec);
        return spec;
    }

    private static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names)
                .arity("0")
                .type(boolean.class)
                .description(description)
                .build();
    }

    private static int refuse(PrintStream err, ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return complain(err, unknown(unmatched.getUnmatched().get(0), e), BAD_ARGUMENTS);
        }
        return complain(err, e.getMessage() + "; --help shows the options", BAD_ARGUMENTS);
    }

    private static String unknown(String argument, ParameterException e) {
        if (argument.matches("-[0-9]+")) {
            return "PORT \"" + argument + "\" is not a whole number from 0 to 65535";
        }
        String name = argument.replaceFirst("=.*", "");
        String nearest =
                Nearest.of(name, e.getCommandLine().getCommandSpec().optionsMap().keySet());
        return e.getMessage()
                + (nearest == null ? ";" : "; did you mean " + nearest + "?")
                + " --help shows the options";
    }

    private static int explain(PrintStream err, Exception e) throws Exception {
        if (e instanceof BadConfigurationException bad) {
            bad.mistakes().forEach(err::println);
            return BAD_ARGUMENTS;
        }
        if (e instanceof IllegalArgumentException || e instanceof UnknownHostException) {
            return complain(err, e.getMessage(), BAD_ARGUMENTS);
        }
        if (e instanceof IOException || e instanceof UncheckedIOException) {
            return complain(err, e.getMessage(), CANNOT_RUN);
        }
        throw e;
    }

    private static int complain(PrintStream err, String sentence, int exitCode) {
        err.println("high_perf_lb: " + sentence);
        return exitCode;
    }

    @Override
    public Integer call() throws IOException, BadConfigurationException {
        ParseResult given = commandLine.getParseResult();
        if (given.hasMatchedOption(help)) {
            print(this::printHelp);
            return 0;
        }
        if (given.hasMatchedOption(version)) {
            print(commandLine::printVersionHelp);
            return 0;
        }
        String unavailable = OperatingSystem.unavailableBecause();
        if (unavailable != null) {
            throw new IOException(unavailable);
        }
        ConfigurationSource source = new ConfigurationSource(config(given), draft(given));
        if (given.hasMatchedOption(dryRun)) {
            Configuration configuration = source.read();
            print(to -> DryRun.print(configuration, to));
        } else {
            Running.run(source, out);
        }
        return 0;
    }

    /** What {@link #print} prints. */
    private interface Printed {
        void to(PrintStream stream) throws IOException;
    }

    /** Prints all of it, however slowly it is read. */
    private void print(Printed printed) throws IOException {
        PrintStream stream = new PrintStream(new BufferedOutputStream(out));
        printed.to(stream);
        stream.flush();
    }

    private void printHelp(PrintStream to) {
        commandLine.usage(to);
        to.println();
        to.println("Event Backend: " + eventBackendName());
    }

    /** The value of --config; null without it. */
    private static String config(ParseResult given) {
        return given.matchedOptionValue("--config", null);
    }

    /** The settings on the command line. */
    private static Draft draft(ParseResult given) {
        Draft draft = new Draft();
        String config = config(given);
        List<String> arguments = arguments(given);
        if (config != null && config.isBlank()) {
            throw new IllegalArgumentException("--config is empty; give the name of a file");
        }
        if (config != null && !arguments.isEmpty()) {
            throw new IllegalArgumentException(
                    "--config "
                            + config
                            + " defines the port and the backends; leave out "
                            + String.join(" ", arguments)
                            + ", or --config");
        }
        for (int i = 0; i < arguments.size(); i++) {
            Text argument = Text.ofCommandLine(arguments.get(i));
            if (i == 0) {
                draft.put(AllSettings.PORT, List.of(argument));
            } else {
                draft.addBackend(argument);
            }
        }
        SettingOptions.read(given, draft);
        return draft;
    }

    /** PORT and BACKENDs. */
    private static List<String> arguments(ParseResult given) {
        return given.matchedPositionals().stream()
                .distinct() // picocli lists a parameter once for each of its values
                .flatMap(argument -> argument.stringValues().stream())
                .toList();
    }

    private String eventBackendName() {
        if (OperatingSystem.unavailableBecause() != null) {
            return "none; " + OperatingSystem.unavailableBecause();
        }
        Draft draft = new Draft();
        SettingOptions.read(commandLine.getParseResult(), draft);
        return eventBackendName(draft.text(AllSettings.EVENT_BACKEND, "auto"));
    }

    /** The event loop backend that the load balancer would choose. */
    static String eventBackendName(String chosen) {
        EventLoopOptions options = EventLoopOptions.defaults();
        try (EventLoop loop =
                EventLoop.create(chosen.equals("auto") ? options : options.backend(chosen))) {
            return loop.backendName();
        }
    }
}
