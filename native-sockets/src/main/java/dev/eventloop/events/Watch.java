package dev.eventloop.events;

/** A registration with {@link SystemEvents}, until it is closed. */
public interface Watch extends AutoCloseable {
    /**
     * Whether the callback may still be called. False after {@link #close} and after the last
     * event.
     */
    boolean isActive();

    /**
     * Ends the watch: the callback is not called any more, not even for events that have happened
     * already. Idempotent. On the loop's thread, as all of {@link SystemEvents}.
     */
    @Override
    void close();
}
