package dev.eventloop.examples;

import dev.eventloop.EventLoopOptions;
import picocli.CommandLine.Option;

/** The command line of an example that has one event loop. */
public abstract class LoopCommand extends ExampleCommand {
    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "epoll, kqueue, poll or select; by default the best available.")
    private String backend;

    /** For subclasses. */
    protected LoopCommand() {}

    /** The loop's options, from the command line. */
    protected final EventLoopOptions options() {
        EventLoopOptions options = EventLoopOptions.defaults();
        return backend == null ? options : options.backend(backend);
    }
}
