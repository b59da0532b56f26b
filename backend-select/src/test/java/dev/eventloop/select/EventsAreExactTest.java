package dev.eventloop.select;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.LibC;
import dev.eventloop.spi.Poller;
import dev.eventloop.testkit.ExactEventsContract;
import org.junit.jupiter.api.Tag;

/** The poller reports each event to the bit. */
@Tag("fast")
class EventsAreExactTest extends ExactEventsContract {
    @Override
    protected Poller poller(LibC libc, int maxEvents) throws ErrnoException {
        return new SelectPoller(libc, maxEvents);
    }

    @Override
    protected String call() {
        return "select";
    }
}
