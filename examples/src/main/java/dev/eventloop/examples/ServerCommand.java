package dev.eventloop.examples;

import dev.eventloop.EventLoop;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.net.AddressText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import picocli.CommandLine.Option;

/** The command line of an example that listens on a port until a signal. */
public abstract class ServerCommand extends LoopCommand {
    /** The highest TCP port. */
    public static final int HIGHEST_PORT = 65_535;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on; default ${DEFAULT-VALUE}.")
    private String host;

    /** For subclasses. */
    protected ServerCommand() {}

    /** The address to listen on. */
    protected final InetSocketAddress address(int port) {
        checkRange("PORT", port, 0, HIGHEST_PORT);
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "--host " + host + " does not resolve to an address");
        }
        return address;
    }

    /** Prints the address, and runs the loop until SIGINT or SIGTERM. */
    protected final void serve(EventLoop loop, InetSocketAddress address) throws IOException {
        serve(loop, address, "");
    }

    /**
     * Like {@link #serve(EventLoop, InetSocketAddress)}.
     *
     * @param how text to print after the event backend's name
     */
    protected final void serve(EventLoop loop, InetSocketAddress address, String how)
            throws IOException {
        try (SystemEvents events = SystemEvents.on(loop)) {
            for (String signal : List.of("SIGINT", "SIGTERM")) {
                events.signal(signal, (name, stopped) -> stopped.stop(), loop);
            }
            System.out.println(
                    name()
                            + " listens on "
                            + AddressText.of(address)
                            + "; "
                            + loop.backendName()
                            + how
                            + "; Ctrl-C stops");
            loop.runUntilStopped();
        }
    }
}
