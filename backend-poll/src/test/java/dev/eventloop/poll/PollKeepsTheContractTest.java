package dev.eventloop.poll;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;
import org.junit.jupiter.api.Tag;

/** Runs the contract over this machine's poll. */
@Tag("fast")
final class PollKeepsTheContractTest extends EventLoopContract {
    @Override
    protected EventLoop newLoop(EventLoopOptions options) {
        return EventLoop.create(options.backend("poll"));
    }
}
