package dev.eventloop.examples.httpserver;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the HTTP server. */
@Command(
        name = "http-server",
        description = "Serves the files of a folder over HTTP/1.1.",
        mixinStandardHelpOptions = true,
        version = "0.1.0",
        sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final int CANNOT_RUN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int HIGHEST_PORT = 65_535;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PORT",
            defaultValue = "8000",
            description = "The port to listen on, ${DEFAULT-VALUE} unless given; 0 is any.")
    private int port;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "What is served: the folder it is started in unless given.")
    private Path folder;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on, ${DEFAULT-VALUE} unless given.")
    private String host;

    @Option(
            names = "--site",
            paramLabel = "NAME=FOLDER",
            description = "Another folder for who asks for the host of that name; may be repeated.")
    private Map<String, Path> folders = new HashMap<>();

    @Option(
            names = "--request-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long a request may take to come in; ${DEFAULT-VALUE} unless given.")
    private double requestTimeout;

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long a client may wait between two; ${DEFAULT-VALUE} unless given.")
    private double idleTimeout;

    @Option(
            names = "--send-timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long a client may take nothing; ${DEFAULT-VALUE} unless given.")
    private double sendTimeout;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "65536",
            description = "The longest request body that is read; ${DEFAULT-VALUE} unless given.")
    private long maxBody;

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
        Sockets sockets = Sockets.system();
        VirtualHosts sites = sites(sockets);
        try (EventLoop loop = EventLoop.create(options());
                SystemEvents events = SystemEvents.on(loop);
                HttpServer server =
                        new HttpServer(
                                loop, sockets, address(), sites, settings(), Main::complain)) {
            for (String signal : List.of("SIGINT", "SIGTERM")) {
                events.signal(signal, (name, stopped) -> stopped.stop(), loop);
            }
            InetSocketAddress address = server.address();
            System.out.println(
                    "http-server listens on "
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

    private VirtualHosts sites(Sockets sockets) throws IOException {
        Map<String, Site> byName = new HashMap<>();
        for (Map.Entry<String, Path> each : folders.entrySet()) {
            byName.put(each.getKey().toLowerCase(Locale.ROOT), site(sockets, each.getValue()));
        }
        return new VirtualHosts(site(sockets, folder), byName);
    }

    private static Site site(Sockets sockets, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    folder + " is no folder, so there is nothing to serve");
        }
        return new Site(sockets, folder);
    }

    private Settings settings() {
        if (maxBody < 0) {
            throw new IllegalArgumentException("--max-body " + maxBody + " is less than no byte");
        }
        return new Settings(
                seconds("--request-timeout", requestTimeout),
                seconds("--idle-timeout", idleTimeout),
                seconds("--send-timeout", sendTimeout),
                maxBody);
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
        System.err.println("http-server: " + sentence);
    }
}
