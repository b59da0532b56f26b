package dev.eventloop.lb.command;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.BadConfigurationException;
import dev.eventloop.lb.config.ConfigurationSource;
import dev.eventloop.lb.config.Draft;
import dev.eventloop.lb.config.Nearest;
import dev.eventloop.lb.config.Text;
import dev.eventloop.libc.OperatingSystem;
import dev.eventloop.libc.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the load balancer. */
@Command(
        name = "high_perf_lb",
        description = "A TCP load balancer.",
        customSynopsis = {
            "high_perf_lb PORT BACKEND... [options]",
            "       high_perf_lb --config FILE [options]",
            "       high_perf_lb --demo [PORT] [options]"
        },
        sortOptions = false,
        usageHelpAutoWidth = true,
        versionProvider = Version.class)
public final class HighPerfLb implements Callable<Integer> {
    private static final String LOGGING = "logback.configurationFile";
    private static final int CANNOT_RUN = 1;
    private static final int BAD_ARGUMENTS = 2;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PORT",
            description = "The port to listen on, 0 to 65535; 0 picks a free one.")
    private String port;

    @Parameters(
            index = "1..*",
            paramLabel = "BACKEND",
            description = {
                "HOST:PORT[:WEIGHT], [IPV6]:PORT[:WEIGHT] or unix:PATH[:WEIGHT]; the weight is 1 to 256,"
                        + " 1 unless given.",
                "dns:NAME:PORT[:WEIGHT]: every address that DNS has for the name. srv:NAME: every SRV"
                        + " record, with its weight.",
                "Each with ,backup behind it: used only when no other is up."
            })
    private List<String> backends = List.of();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A YAML file with all this, in place of PORT and BACKEND: the names of the options"
                            + " are its keys, options come before it. SIGHUP reads it again.")
    private String config;

    @Option(
            names = "--dry-run",
            description =
                    "Shows the configuration in effect, as such a file, the first 20 picks and the limits"
                            + " found, and ends.")
    private boolean dryRun;

    @Option(
            names = {"-h", "--help"},
            description = "Shows this help, and ends.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            description = "Shows the version, and ends.")
    private boolean version;

    private final PrintStream out;

    private CommandLine commandLine;

    private HighPerfLb(PrintStream out) {
        this.out = out;
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String... arguments) {
        if (System.getProperty(LOGGING)
                == null) { // not logback.xml: programs that embed have theirs
            System.setProperty(LOGGING, "dev/eventloop/lb/command/logging.xml");
        }
        Signals.handle("SIGHUP", () -> {}); // until there is something to reload
        System.exit(execute(System.out, System.err, arguments));
    }

    /** Runs the command; the exit code is 0, 1 if it could not run, 2 for what it can't accept. */
    static int execute(PrintStream out, PrintStream err, String... arguments) {
        HighPerfLb command = new HighPerfLb(out);
        CommandSpec spec = CommandSpec.forAnnotatedObject(command);
        SettingOptions.addTo(spec);
        CommandLine line = new CommandLine(spec);
        command.commandLine = line;
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, args) -> refuse(err, e));
        line.setExecutionExceptionHandler((e, cmd, result) -> explain(err, e));
        return line.execute(arguments);
    }

    private static int refuse(PrintStream err, ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return complain(err, unknown(unmatched.getUnmatched().get(0), e), BAD_ARGUMENTS);
        }
        return complain(err, e.getMessage() + "; --help shows what there is", BAD_ARGUMENTS);
    }

    private static String unknown(String argument, ParameterException e) {
        if (argument.matches("-[0-9]+")) {
            return "PORT \"" + argument + "\" is not a whole number from 0 to 65535";
        }
        String nearest =
                Nearest.of(argument, e.getCommandLine().getCommandSpec().optionsMap().keySet());
        return e.getMessage()
                + (nearest == null ? "" : "; did you mean " + nearest + "?")
                + " --help shows what there is";
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
        if (help) {
            commandLine.usage(out);
            out.println();
            out.println("Event Backend: " + eventBackendName());
            return 0;
        }
        if (version) {
            commandLine.printVersionHelp(out);
            return 0;
        }
        String unavailable = OperatingSystem.unavailableBecause();
        if (unavailable != null) {
            throw new IOException(unavailable);
        }
        ConfigurationSource source = new ConfigurationSource(config, given());
        if (dryRun) {
            DryRun.print(source.read(), out);
        } else {
            Running.run(source, out);
        }
        return 0;
    }

    /** What the command line says, beside what it is to be done with. */
    private Draft given() {
        Draft draft = new Draft();
        if (config != null && port != null) {
            throw new IllegalArgumentException(
                    "--config "
                            + config
                            + " says what to listen on and who the backends are; leave out "
                            + port
                            + (backends.isEmpty() ? "" : " " + String.join(" ", backends))
                            + ", or --config");
        }
        if (port != null) {
            draft.put(AllSettings.PORT, List.of(Text.ofCommandLine(port)));
        }
        backends.forEach(backend -> draft.addBackend(Text.ofCommandLine(backend)));
        SettingOptions.read(commandLine.getParseResult(), draft);
        return draft;
    }

    private String eventBackendName() {
        if (OperatingSystem.unavailableBecause() != null) {
            return "none; " + OperatingSystem.unavailableBecause();
        }
        Draft draft = new Draft();
        SettingOptions.read(commandLine.getParseResult(), draft);
        return eventBackendName(draft.text(AllSettings.EVENT_BACKEND, "auto"));
    }

    /** As the load balancer would choose it. */
    static String eventBackendName(String chosen) {
        EventLoopOptions options = EventLoopOptions.defaults();
        try (EventLoop loop =
                EventLoop.create(chosen.equals("auto") ? options : options.backend(chosen))) {
            return loop.backendName();
        }
    }
}
