package dev.eventloop.events;

import java.io.IOException;

/** Hears of signals to this process, on the loop's thread. */
@FunctionalInterface
public interface SignalCallback<A> {
    /**
     * A signal came. Several of a kind that come at a time may be told as one: signal(7).
     *
     * @param name such as {@code "SIGHUP"}
     * @param attachment what was handed to {@link SystemEvents#signal}
     */
    void onSignal(String name, A attachment) throws IOException;
}
