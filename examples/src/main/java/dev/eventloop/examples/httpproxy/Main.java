package dev.eventloop.examples.httpproxy;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the HTTP proxy. */
@Command(
        name = "http-proxy",
        description = "A forward proxy: CONNECT tunnels, and GET http://... for who asks for it.",
        mixinStandardHelpOptions = true,
        version = "0.1.0",
        sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final int CANNOT_RUN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int HIGHEST_PORT = 65_535;

    @Parameters(
            arity = "0..1",
            paramLabel = "PORT",
            defaultValue = "3128",
            description = "The port to listen on, ${DEFAULT-VALUE} unless given; 0 is any.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on, ${DEFAULT-VALUE} unless given.")
    private String host;

    @Option(
            names = "--allow",
            paramLabel = "HOST[:PORT]",
            description =
                    "Lets clients connect there, and nowhere else: example.org, *.example.org or *,"
                            + " at ports 80 and 443, or at PORT, or at any, *. May be repeated."
                            + " Everything unless given, on a loopback address.")
    private List<String> allowed = List.of();

    @Option(
            names = "--request-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long a request may take to come in; ${DEFAULT-VALUE} unless given.")
    private double requestTimeout;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long an address may take to answer; ${DEFAULT-VALUE} unless given.")
    private double connectTimeout;

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long no byte may move; ${DEFAULT-VALUE} unless given.")
    private double idleTimeout;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "epoll, kqueue, poll or select; the best one here unless given.")
    private String backend;

    private Main() {}

    /** Runs until a signal; exit code 0, 1 if it could not run, 2 for what it can't accept. */
    public static void main(String... arguments) {
        System.exit(
                new CommandLine(new Main())
                        .setParameterExceptionHandler((e, given) -> complain(e, BAD_ARGUMENTS))
                        .setExecutionExceptionHandler((e, command, parsed) -> explain(e))
                        .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        InetSocketAddress wanted = address();
        Settings settings = settings(wanted);
        try (EventLoop loop = EventLoop.create(options());
                SystemEvents events = SystemEvents.on(loop);
                ProxyServer server =
                        new ProxyServer(loop, Sockets.system(), wanted, settings, Main::complain)) {
            for (String signal : List.of("SIGINT", "SIGTERM")) {
                events.signal(signal, (name, stopped) -> stopped.stop(), loop);
            }
            InetSocketAddress address = server.address();
            System.out.println(
                    "http-proxy listens on "
                            + address.getAddress().getHostAddress()
                            + ":"
                            + address.getPort()
                            + "; "
                            + loop.backendName()
                            + "; Ctrl-C stops");
            loop.runUntilStopped();
        }
        return 0;
    }

    /** A proxy that everybody can reach and that reaches everything is soon used by everybody. */
    private Settings settings(InetSocketAddress address) {
        if (allowed.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "--host "
                            + host
                            + " can be reached from elsewhere; say with --allow where clients may"
                            + " connect to");
        }
        return new Settings(
                allowed.isEmpty() ? AllowList.ALL : AllowList.of(allowed),
                seconds("--request-timeout", requestTimeout),
                seconds("--connect-timeout", connectTimeout),
                seconds("--idle-timeout", idleTimeout));
    }

    private static Duration seconds(String option, double seconds) {
        if (!(seconds >= 0.001)) {
            throw new IllegalArgumentException(option + " " + seconds + " is no time at all");
        }
        return Duration.ofMillis((long) (seconds * 1_000));
    }

    private EventLoopOptions options() {
        EventLoopOptions options = EventLoopOptions.defaults();
        return backend == null ? options : options.backend(backend);
    }

    private InetSocketAddress address() {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException(
                    "PORT " + port + " is not a whole number from 0 to " + HIGHEST_PORT);
        }
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("--host " + host + " is not resolved to an address");
        }
        return address;
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
        complain(e.getMessage());
        return exitCode;
    }

    private static void complain(String sentence) {
        System.err.println("http-proxy: " + sentence);
    }
}
