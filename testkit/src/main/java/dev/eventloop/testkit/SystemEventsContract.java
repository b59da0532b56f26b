package dev.eventloop.testkit;

import dev.eventloop.EventLoop;
import dev.eventloop.libc.LibC;
import org.junit.jupiter.api.Nested;

/** The contract of {@link dev.eventloop.events.SystemEvents} over any backend. */
public abstract class SystemEventsContract {
    /** Creates a loop over the backend under test; it is closed after the test. */
    protected abstract EventLoop newLoop();

    /** The kernel whose events are tested. */
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
