package dev.eventloop.select;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;

/** Runs the contract over this machine's select. */
final class SelectKeepsTheContractTest extends EventLoopContract {
    @Override
    protected EventLoop newLoop(EventLoopOptions options) {
        return EventLoop.create(options.backend("select"));
    }
}
