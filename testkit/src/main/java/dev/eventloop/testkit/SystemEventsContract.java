package dev.eventloop.testkit;

import dev.eventloop.EventLoop;
import dev.eventloop.libc.LibC;
import org.junit.jupiter.api.Nested;

/** What {@link dev.eventloop.events.SystemEvents} promise, whatever waits in the loop. */
public abstract class SystemEventsContract {
    /** A loop over the backend in question; it is closed after the test. */
    protected abstract EventLoop newLoop();

    /** The kernel whose events are told. */
    protected LibC libc() {
        return LibC.system();
    }

    @Nested
    final class Signals extends SignalEventsContract {
        @Override
        SystemEventsContract contract() {
            return SystemEventsContract.this;
        }
    }

    @Nested
    final class Exits extends ExitEventsContract {
        @Override
        SystemEventsContract contract() {
            return SystemEventsContract.this;
        }
    }

    @Nested
    final class Folders extends FolderEventsContract {
        @Override
        SystemEventsContract contract() {
            return SystemEventsContract.this;
        }
    }
}
