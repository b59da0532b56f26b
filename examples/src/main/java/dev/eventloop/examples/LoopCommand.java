package dev.eventloop.examples;

import dev.eventloop.EventLoopOptions;
import picocli.CommandLine.Option;

/** The command line of an example that has one event loop. */
public abstract class LoopCommand extends ExampleCommand {
    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "epoll, kqueue, poll or select; the best one here unless given.")
    private String backend;

    /** For those who extend it. */
    protected LoopCommand() {}

    /** What was asked for. */
    protected final EventLoopOptions options() {
        EventLoopOptions options = EventLoopOptions.defaults();
        return backend == null ? options : options.backend(backend);
    }
}
