package dev.eventloop.epoll;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.SystemEventsContract;
import org.junit.jupiter.api.Tag;

/** Events of signals, processes and folders through a loop over epoll. */
@Tag("real")
final class SystemEventsThroughEpollTest extends SystemEventsContract {
    @Override
    protected EventLoop newLoop() {
        return EventLoop.create(EventLoopOptions.defaults().backend("epoll"));
    }
}
