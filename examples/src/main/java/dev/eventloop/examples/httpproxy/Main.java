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
        description = "A forward proxy: CONNECT tunnels, and GET http://... for plain HTTP.")
public final class Main extends ServerCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "PORT",
            defaultValue = "3128",
            description = "The port to listen on; default ${DEFAULT-VALUE}, 0 for any free one.")
    private int port;

    @Option(
            names = "--allow",
            paramLabel = "HOST[:PORT]",
            description =
                    "An allowed destination, instead of all: example.org, *.example.org or *, on ports"
                            + " 80 and 443, on PORT, or on any port with *. May be repeated. Required"
                            + " unless --host is a loopback address.")
    private List<String> allowed = List.of();

    @Option(
            names = "--request-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Seconds for a request to arrive; default ${DEFAULT-VALUE}.")
    private double requestTimeout;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Seconds for an address to answer; default ${DEFAULT-VALUE}.")
    private double connectTimeout;

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Seconds without a byte in either direction; default ${DEFAULT-VALUE}.")
    private double idleTimeout;

    private Main() {}

    /** Runs until a signal; exit code 0, 1 for a failure, 2 for invalid arguments. */
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

    /** An open proxy without an allow list would soon be abused. */
    private Settings settings(InetSocketAddress address) {
        if (allowed.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "--host "
                            + address.getHostString()
                            + " can be reached from other machines; use --allow to list the allowed"
                            + " destinations");
        }
        return new Settings(
                allowed.isEmpty() ? AllowList.ALL : AllowList.of(allowed),
                seconds("--request-timeout", requestTimeout),
                seconds("--connect-timeout", connectTimeout),
                seconds("--idle-timeout", idleTimeout));
    }
}
