package dev.eventloop.epoll;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;

/** The contract on epoll as older kernels have it. */
final class EpollWithoutPwait2KeepsTheContractTest extends EventLoopContract {
    @Override
    protected EventLoop newLoop(EventLoopOptions options) {
        return EventLoop.create(options.backend(EpollWithoutPwait2Provider.NAME));
    }
}
