package dev.eventloop.examples.chat;

import dev.eventloop.EventLoop;
import dev.eventloop.examples.ServerCommand;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the chat server; the client and the measurement are its subcommands. */
@Command(
        name = "chat",
        description = "A chat server. Its client is: chat client HOST:PORT",
        subcommands = {ClientCommand.class, MeasureCommand.class})
public final class Main extends ServerCommand {
    private static final int HIGHEST_RATE = 1_000_000;
    private static final int LONGEST_PATIENCE = 86_400;

    @Parameters(
            arity = "0..1",
            paramLabel = "PORT",
            defaultValue = "7100",
            description = "The port to listen on; default ${DEFAULT-VALUE}, 0 for any free one.")
    private int port;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Packets per second accepted from each client; default ${DEFAULT-VALUE}, at least"
                            + " 10. More must wait.")
    private int rate;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description =
                    "How long a packet may take to arrive, and a client that has half-closed to read"
                            + " the rest; default ${DEFAULT-VALUE}.")
    private int patience;

    private final PrintStream out = System.out;

    private Main() {}

    /** Runs until a signal; exit code 0, 1 for a failure, 2 for invalid arguments. */
    public static void main(String... arguments) {
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        checkRange("--rate", rate, 10, HIGHEST_RATE);
        checkRange("--patience", patience, 1, LONGEST_PATIENCE);
        try (EventLoop loop = EventLoop.create(options());
                ChatServer server =
                        new ChatServer(
                                loop,
                                Sockets.system(),
                                address(port),
                                rate,
                                Duration.ofSeconds(patience),
                                this::warn)) {
            serve(loop, server.address());
            server.endAll();
            out.println("stopped: " + server.total());
        }
        return 0;
    }
}
