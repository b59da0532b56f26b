package dev.eventloop.epoll;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.EventLoopContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs the contract over epoll of kernels before 5.11. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("real")
final class EpollWithoutPwait2KeepsTheContractTest extends EventLoopContract {
    @Override
    protected EventLoop newLoop(EventLoopOptions options) {
        return EventLoop.create(options.backend(EpollWithoutPwait2Provider.NAME));
    }
}
