package dev.eventloop.poll;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.SystemEventsContract;

/** Events of signals, processes and folders through a loop over poll. */
final class SystemEventsThroughPollTest extends SystemEventsContract {
    @Override
    protected EventLoop newLoop() {
        return EventLoop.create(EventLoopOptions.defaults().backend("poll"));
    }
}
