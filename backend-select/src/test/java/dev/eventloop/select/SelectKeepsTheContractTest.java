package dev.eventloop.select;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;
import org.junit.jupiter.api.Tag;

/** Runs the contract over this machine's select. */
@Tag("fast")
final class SelectKeepsTheContractTest extends EventLoopContract {
    @Override
    protected EventLoop newLoop(EventLoopOptions options) {
        return EventLoop.create(options.backend("select"));
    }
}
