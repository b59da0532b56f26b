package dev.eventloop.examples.chat;

import dev.eventloop.EventLoop;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.examples.ExampleCommand;
import dev.eventloop.examples.ServerCommand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the client. */
@Command(
        name = "client",
        description = {
            "A chat client. A line is a message, or one of",
            "  /join CHANNEL  /leave  /name NAME  /quit",
            "If input or output is not a terminal, it reads and prints plain lines, and exits at the"
                    + " end of the input."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ClientCommand extends ExampleCommand {
    @Parameters(paramLabel = "HOST:PORT", description = "The server's address.")
    private String server;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "The user's name; default ${DEFAULT-VALUE}.")
    private String name;

    @Option(
            names = "--channel",
            paramLabel = "CHANNEL",
            defaultValue = "lobby",
            description = "The channel to join; default ${DEFAULT-VALUE}.")
    private String channel;

    @Override
    public Integer call() throws IOException {
        try (EventLoop loop = EventLoop.create();
                SystemEvents events = SystemEvents.on(loop);
                Screen screen = Screen.open();
                ChatClient client = new ChatClient(loop, screen, address(), server)) {
            for (String signal : List.of("SIGINT", "SIGTERM")) {
                events.signal(signal, (ignored, self) -> self.stop(), loop);
            }
            client.send(Protocol.NAME, name);
            client.send(Protocol.JOIN, channel);
            Thread input = new Thread(() -> new Typing(screen, client).run(), "typing");
            input.setDaemon(true); // it may block in a read for ever
            input.start();
            loop.runUntilStopped();
            client.throwFailure();
        }
        return 0;
    }

    private InetSocketAddress address() {
        int colon = server.lastIndexOf(':');
        String host = colon < 0 ? "" : server.substring(0, colon).replaceAll("^\\[|]$", "");
        String port = server.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "\"" + server + "\" is not HOST:PORT, such as 127.0.0.1:7100");
        }
        checkRange("the port", Integer.parseInt(port), 1, ServerCommand.HIGHEST_PORT);
        return new InetSocketAddress(host, Integer.parseInt(port));
    }
}
