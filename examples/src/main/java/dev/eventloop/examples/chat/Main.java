package dev.eventloop.examples.chat;

import dev.eventloop.EventLoop;
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

/** The command line of the chat server; the client and the measurement are its subcommands. */
@Command(
        name = "chat",
        description = "A chat server. Its client is: chat client HOST:PORT",
        mixinStandardHelpOptions = true,
        version = "0.1.0",
        sortOptions = false,
        subcommands = {ClientCommand.class, MeasureCommand.class})
public final class Main implements Callable<Integer> {
    static final int HIGHEST_PORT = 65_535;
    private static final int CANNOT_RUN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int HIGHEST_RATE = 1_000_000;
    private static final int LONGEST_PATIENCE = 86_400;

    @Parameters(
            arity = "0..1",
            paramLabel = "PORT",
            defaultValue = "7100",
            description = "The port to listen on, ${DEFAULT-VALUE} unless given; 0 is any.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on, ${DEFAULT-VALUE} unless given.")
    private String host;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "How many packets a second are heard of each client, ${DEFAULT-VALUE} unless"
                            + " given; at least 10. More wait.")
    private int rate;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description =
                    "How long a packet may take to be whole, ${DEFAULT-VALUE} unless given; and who"
                            + " has ended to read what is left.")
    private int patience;

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
        check("PORT", port, 0, HIGHEST_PORT);
        check("--rate", rate, 10, HIGHEST_RATE);
        check("--patience", patience, 1, LONGEST_PATIENCE);
        try (EventLoop loop = EventLoop.create();
                SystemEvents events = SystemEvents.on(loop);
                ChatServer server =
                        new ChatServer(
                                loop,
                                Sockets.system(),
                                new InetSocketAddress(host, port),
                                rate,
                                Duration.ofSeconds(patience),
                                warning -> System.err.println("chat: " + warning))) {
            for (String signal : List.of("SIGINT", "SIGTERM")) {
                events.signal(signal, (name, self) -> self.stop(), loop);
            }
            InetSocketAddress address = server.address();
            out.println(
                    "chat listens on "
                            + address.getAddress().getHostAddress()
                            + ":"
                            + address.getPort()
                            + "; "
                            + loop.backendName()
                            + "; Ctrl-C stops");
            loop.runUntilStopped();
            server.endAll();
            out.println("stopped: " + server.total());
        }
        return 0;
    }

    static void check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " " + value + " is not a whole number from " + least + " to " + most);
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
        System.err.println("chat: " + e.getMessage());
        return exitCode;
    }
}
