package dev.eventloop.examples.httpserver;

import dev.eventloop.EventLoop;
import dev.eventloop.examples.ServerCommand;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the HTTP server. */
@Command(name = "http-server", description = "Serves the files of a folder over HTTP/1.1.")
public final class Main extends ServerCommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PORT",
            defaultValue = "8000",
            description = "The port to listen on; default ${DEFAULT-VALUE}, 0 for any free one.")
    private int port;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "The folder to serve; by default the current one.")
    private Path folder;

    @Option(
            names = "--site",
            paramLabel = "NAME=FOLDER",
            description = "Another folder, for requests to the host NAME; may be repeated.")
    private Map<String, Path> folders = new HashMap<>();

    @Option(
            names = "--request-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Seconds for a request to arrive; default ${DEFAULT-VALUE}.")
    private double requestTimeout;

    @Option(
            names = "--idle-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Seconds between two requests; default ${DEFAULT-VALUE}.")
    private double idleTimeout;

    @Option(
            names = "--send-timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "Seconds in which a client must accept a byte; default ${DEFAULT-VALUE}.")
    private double sendTimeout;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "65536",
            description = "The longest request body to read; default ${DEFAULT-VALUE}.")
    private long maxBody;

    private Main() {}

    /** Runs until a signal; exit code 0, 1 for a failure, 2 for invalid arguments. */
    public static void main(String... arguments) {
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        Sockets sockets = Sockets.system();
        VirtualHosts sites = sites(sockets);
        try (EventLoop loop = EventLoop.create(options());
                HttpServer server =
                        new HttpServer(
                                loop, sockets, address(port), sites, settings(), this::warn)) {
            serve(loop, server.address());
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
                    folder + " is not a folder; give the folder to serve");
        }
        return new Site(sockets, folder);
    }

    private Settings settings() {
        if (maxBody < 0) {
            throw new IllegalArgumentException("--max-body must be 0 or more, not " + maxBody);
        }
        return new Settings(
                seconds("--request-timeout", requestTimeout),
                seconds("--idle-timeout", idleTimeout),
                seconds("--send-timeout", sendTimeout),
                maxBody);
    }
}
