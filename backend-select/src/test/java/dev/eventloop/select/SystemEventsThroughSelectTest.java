package dev.eventloop.select;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.testkit.SystemEventsContract;
import org.junit.jupiter.api.Tag;

/** Events of signals, processes and folders through a loop over select. */
@Tag("real")
final class SystemEventsThroughSelectTest extends SystemEventsContract {
    @Override
    protected EventLoop newLoop() {
        return EventLoop.create(EventLoopOptions.defaults().backend("select"));
    }
}
