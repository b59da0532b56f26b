package dev.eventloop.epoll;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The contract on epoll as older kernels have it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
final class EpollWithoutPwait2KeepsTheContractTest extends EventLoopContract {
    @Override
    protected EventLoop newLoop(EventLoopOptions options) {
        return EventLoop.create(options.backend(EpollWithoutPwait2Provider.NAME));
    }
}
