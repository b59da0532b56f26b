package dev.eventloop.examples.httpproxy;

import dev.eventloop.EventLoop;
import dev.eventloop.examples.ServerCommand;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the HTTP proxy. */
@Command(
        name = "http-proxy",
        description = "A forward proxy: CONNECT tunnels, and GET http://... for who asks for it.")
public final class Main extends ServerCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "PORT",
            defaultValue = "3128",
            description = "The port to listen on, ${DEFAULT-VALUE} unless given; 0 is any.")
    private int port;

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

    private Main() {}

    /** Runs until a signal; exit code 0, 1 if it could not run, 2 for what it can't accept. */
    public static void main(String... arguments) {
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        InetSocketAddress wanted = address(port);
        Settings settings = settings(wanted);
        try (EventLoop loop = EventLoop.create(options());
                ProxyServer server =
                        new ProxyServer(loop, Sockets.system(), wanted, settings, this::warn)) {
            serve(loop, server.address());
        }
        return 0;
    }

    /** A proxy that everybody can reach and that reaches everything is soon used by everybody. */
    private Settings settings(InetSocketAddress address) {
        if (allowed.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "--host "
                            + address.getHostString()
                            + " can be reached from elsewhere; say with --allow where clients may"
                            + " connect to");
        }
        return new Settings(
                allowed.isEmpty() ? AllowList.ALL : AllowList.of(allowed),
                seconds("--request-timeout", requestTimeout),
                seconds("--connect-timeout", connectTimeout),
                seconds("--idle-timeout", idleTimeout));
    }
}
