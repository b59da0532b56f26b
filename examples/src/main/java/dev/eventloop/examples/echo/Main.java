package dev.eventloop.examples.echo;

import dev.eventloop.Capability;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the echo server. */
@Command(
        name = "echo",
        description = "Sends back what comes, and says once a second how much that is.",
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
            defaultValue = "7000",
            description = "The port to listen on, ${DEFAULT-VALUE} unless given; 0 is any.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on, ${DEFAULT-VALUE} unless given.")
    private String host;

    @Option(names = "--edge", description = "Edge triggered; level triggered unless given.")
    private boolean edge;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "epoll, kqueue, poll or select; the best one here unless given.")
    private String backend;

    private final PrintStream out = System.out;

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
        try (EventLoop loop = EventLoop.create(options());
                SystemEvents events = SystemEvents.on(loop);
                EchoServer server =
                        new EchoServer(
                                loop,
                                Sockets.system(),
                                address(),
                                trigger(loop),
                                warning -> System.err.println("echo: " + warning))) {
            for (String signal : List.of("SIGINT", "SIGTERM")) {
                events.signal(signal, (name, stopped) -> stopped.stop(), loop);
            }
            announce(loop, server);
            loop.newTimer(() -> sayMore(server)).startPeriodic(Duration.ofSeconds(1));
            loop.runUntilStopped();
            out.println("stopped: " + server.statistics().total());
        }
        return 0;
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
        return new InetSocketAddress(host, port);
    }

    private Trigger trigger(EventLoop loop) {
        if (edge && !loop.capabilities().contains(Capability.EDGE_TRIGGERED)) {
            throw new IllegalArgumentException(
                    "--edge: "
                            + loop.backendName()
                            + " knows level triggered alone; leave it out, or use epoll or kqueue");
        }
        return edge ? Trigger.EDGE : Trigger.LEVEL;
    }

    private void announce(EventLoop loop, EchoServer server) {
        InetSocketAddress address = server.address();
        out.println(
                "echo listens on "
                        + address.getAddress().getHostAddress()
                        + ":"
                        + address.getPort()
                        + "; "
                        + loop.backendName()
                        + (edge ? ", edge triggered" : ", level triggered")
                        + "; Ctrl-C stops");
    }

    private void sayMore(EchoServer server) {
        String line = server.statistics().line(System.nanoTime());
        if (line != null) {
            out.println(line);
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
        System.err.println("echo: " + e.getMessage());
        return exitCode;
    }
}
