package dev.eventloop.events;

/** Something that is watched for by {@link SystemEvents}, until it is closed. */
public interface Watch extends AutoCloseable {
    /** Whether it may still call back. False after {@link #close}, and when all has been told. */
    boolean isActive();

    /**
     * Ends it: its callback is not called any more, not even for what has happened already.
     * Idempotent; on the loop's thread, as all of {@link SystemEvents}.
     */
    @Override
    void close();
}
