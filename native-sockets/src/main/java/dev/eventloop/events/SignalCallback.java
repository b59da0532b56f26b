package dev.eventloop.events;

import java.io.IOException;

/** Called when a signal arrives, on the loop's thread. */
@FunctionalInterface
public interface SignalCallback<A> {
    /**
     * A signal has arrived. Several signals of one kind in quick succession may be one call:
     * signal(7), standard signals do not queue.
     *
     * @param name such as {@code "SIGHUP"}
     * @param attachment the attachment that was passed to {@link SystemEvents#signal}
     */
    void onSignal(String name, A attachment) throws IOException;
}
