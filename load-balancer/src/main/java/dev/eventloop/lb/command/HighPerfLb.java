package dev.eventloop.lb.command;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.libc.OperatingSystem;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the load balancer. */
@Command(
        name = "high_perf_lb",
        description = "A weighted round-robin TCP load balancer.",
        customSynopsis = {
            "high_perf_lb PORT BACKEND... [options]",
            "       high_perf_lb --demo [PORT] [options]"
        },
        sortOptions = false,
        usageHelpAutoWidth = true,
        versionProvider = Version.class)
public final class HighPerfLb implements Callable<Integer> {
    private static final String LOGGING = "logback.configurationFile";
    private static final int CANNOT_RUN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int DEMO_PORT = 8080;
    private static final int PICKS_SHOWN = 20;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PORT",
            description = "The port to listen on, 0 to 65535; 0 picks a free one.")
    private String port;

    @Parameters(
            index = "1..*",
            paramLabel = "BACKEND",
            description =
                    "HOST:PORT[:WEIGHT], [IPV6]:PORT[:WEIGHT] or unix:PATH[:WEIGHT]; the weight is 1 to 256,"
                            + " 1 unless given.")
    private List<String> backends = List.of();

    @Option(
            names = {"-a", "--algorithm"},
            paramLabel = "NAME",
            defaultValue = "wrr",
            converter = Converters.AlgorithmOption.class,
            description =
                    "wrr: smooth weighted round robin. rr: each in turn. Default: ${DEFAULT-VALUE}.")
    private Algorithm algorithm;

    @Option(
            names = {"-b", "--bind"},
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "The address to listen on. Default: ${DEFAULT-VALUE}.")
    private String bind;

    @Option(
            names = {"-t", "--threads"},
            paramLabel = "N",
            converter = Converters.ThreadsOption.class,
            description = "Event loops, each with a thread of its own. Default: one per core.")
    private Integer threads;

    @Option(
            names = "--max-clients",
            paramLabel = "N",
            converter = Converters.CountOption.class,
            description =
                    "Clients at a time; others wait to be accepted. Default: what the limit of open files"
                            + " allows.")
    private Integer maxClients;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Converters.PositiveDurationOption.class,
            description = "How long no byte may move. Default: ${DEFAULT-VALUE}.")
    private Duration idleTimeout;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Converters.PositiveDurationOption.class,
            description = "How long a backend may take to accept. Default: ${DEFAULT-VALUE}.")
    private Duration connectTimeout;

    @Option(
            names = "--half-close-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Converters.PositiveDurationOption.class,
            description = "The idle timeout once one side has ended. Default: ${DEFAULT-VALUE}.")
    private Duration halfCloseTimeout;

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Converters.DurationOption.class,
            description =
                    "How long connections may go on after SIGTERM or SIGINT. Default: ${DEFAULT-VALUE}.")
    private Duration drainTimeout;

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "2",
            converter = Converters.RetriesOption.class,
            description = "Other backends tried when a connect fails. Default: ${DEFAULT-VALUE}.")
    private int retries;

    @Option(
            names = "--health-check",
            paramLabel = "TIME",
            defaultValue = "off",
            description = "Active health checks; only off for now. Default: ${DEFAULT-VALUE}.")
    private String healthCheck;

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            description =
                    "Where to write a line per connection; - is standard output. Default: nowhere.")
    private String accessLog;

    @Option(
            names = "--event-backend",
            paramLabel = "NAME",
            description =
                    "The event loop's backend, as the system property eventloop.backend. Default: the best"
                            + " one here.")
    private String eventBackend;

    @Option(
            names = "--demo",
            description =
                    "Runs three small HTTP backends of its own, weights 3:2:1, behind port 8080 (or PORT).")
    private boolean demo;

    @Option(
            names = "--dry-run",
            description = "Shows the first 20 picks and the limits found, and ends.")
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
        System.exit(execute(System.out, System.err, arguments));
    }

    /** Runs the command; the exit code is 0, 1 if it could not run, 2 for what it can't accept. */
    static int execute(PrintStream out, PrintStream err, String... arguments) {
        HighPerfLb command = new HighPerfLb(out);
        CommandLine line = new CommandLine(command);
        command.commandLine = line;
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, args) -> refuse(err, e));
        line.setExecutionExceptionHandler((e, cmd, result) -> explain(err, e));
        return line.execute(arguments);
    }

    private static int refuse(PrintStream err, ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && unmatched.getUnmatched().get(0).matches("-[0-9]+")) {
            return complain(err, badPort(unmatched.getUnmatched().get(0)), BAD_ARGUMENTS);
        }
        boolean saysWhatIsRight = e.getCause() instanceof TypeConversionException;
        String sentence = e.getMessage() + (saysWhatIsRight ? "" : "; --help shows what there is");
        return complain(err, sentence, BAD_ARGUMENTS);
    }

    private static int explain(PrintStream err, Exception e) throws Exception {
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
    public Integer call() throws IOException {
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
        if (!healthCheck.equals("off")) {
            throw new IllegalArgumentException(
                    "option --health-check "
                            + healthCheck
                            + ": active health checks are not there yet; only off is");
        }
        LoadBalancerBuilder builder = builder();
        try (Demo servers = demo ? Demo.start(builder) : null;
                AccessLogFile log = AccessLogFile.open(accessLog, out)) {
            if (log != null) {
                builder.accessLog(log.writer());
            }
            if (dryRun) {
                builder.check();
                DryRun.print(builder.firstPicks(PICKS_SHOWN), maxClients, out);
                return 0;
            }
            Running running = new Running(builder.start(), drainTimeout, out);
            running.announce(servers);
            running.untilSignalled();
            return 0;
        }
    }

    private LoadBalancerBuilder builder() {
        LoadBalancerBuilder builder =
                LoadBalancer.builder()
                        .listen(bind, port())
                        .algorithm(algorithm)
                        .retries(retries)
                        .healthCheck(Duration.ZERO)
                        .idleTimeout(idleTimeout)
                        .connectTimeout(connectTimeout)
                        .halfCloseTimeout(halfCloseTimeout);
        if (threads != null) {
            builder.threads(threads);
        }
        if (maxClients != null) {
            builder.maxClients(maxClients);
        }
        if (eventBackend != null) {
            builder.eventBackend(eventBackend);
        }
        if (demo && !backends.isEmpty()) {
            throw new IllegalArgumentException(
                    "--demo brings its own backends; leave out " + String.join(" ", backends));
        }
        if (!demo && backends.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no BACKEND; give at least one, such as 127.0.0.1:9001");
        }
        backends.forEach(text -> builder.backend(BackendOptions.parse(text)));
        return builder;
    }

    private int port() {
        if (port == null) {
            if (demo) {
                return DEMO_PORT;
            }
            throw new IllegalArgumentException(
                    "PORT and BACKEND are missing; write for example high_perf_lb 8080 127.0.0.1:9001:3"
                            + " 127.0.0.1:9002:2, or see --help");
        }
        int number = WholeNumber.parse(port);
        if (number < 0 || number > 65_535) {
            throw new IllegalArgumentException(badPort(port));
        }
        return number;
    }

    private static String badPort(String port) {
        return "PORT \"" + port + "\" is not a whole number from 0 to 65535";
    }

    private String eventBackendName() {
        if (OperatingSystem.unavailableBecause() != null) {
            return "none; " + OperatingSystem.unavailableBecause();
        }
        EventLoopOptions options = EventLoopOptions.defaults();
        try (EventLoop loop =
                EventLoop.create(eventBackend == null ? options : options.backend(eventBackend))) {
            return loop.backendName();
        }
    }
}
