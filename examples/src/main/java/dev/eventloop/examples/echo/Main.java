package dev.eventloop.examples.echo;

import dev.eventloop.Capability;
import dev.eventloop.EventLoop;
import dev.eventloop.examples.ServerCommand;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the echo server. */
@Command(name = "echo", description = "Echoes its input, and prints its throughput once a second.")
public final class Main extends ServerCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "PORT",
            defaultValue = "7000",
            description = "The port to listen on; default ${DEFAULT-VALUE}, 0 for any free one.")
    private int port;

    @Option(names = "--edge", description = "Edge-triggered; level-triggered by default.")
    private boolean edge;

    private final PrintStream out = System.out;

    private Main() {}

    /** Runs until a signal; exit code 0, 1 for a failure, 2 for invalid arguments. */
    public static void main(String... arguments) {
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        try (EventLoop loop = EventLoop.create(options());
                EchoServer server =
                        new EchoServer(
                                loop, Sockets.system(), address(port), trigger(loop), this::warn)) {
            loop.newTimer(() -> sayMore(server)).startPeriodic(Duration.ofSeconds(1));
            serve(loop, server.address(), edge ? ", edge-triggered" : ", level-triggered");
            out.println("stopped: " + server.statistics().total());
        }
        return 0;
    }

    private Trigger trigger(EventLoop loop) {
        if (edge && !loop.capabilities().contains(Capability.EDGE_TRIGGERED)) {
            throw new IllegalArgumentException(
                    "--edge: "
                            + loop.backendName()
                            + " is level-triggered only; omit --edge, or use epoll or kqueue");
        }
        return edge ? Trigger.EDGE : Trigger.LEVEL;
    }

    private void sayMore(EchoServer server) {
        String line = server.statistics().line(System.nanoTime());
        if (line != null) {
            out.println(line);
        }
    }
}
