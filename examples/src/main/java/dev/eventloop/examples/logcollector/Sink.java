package dev.eventloop.examples.logcollector;

import java.io.IOException;

/** Stores lines outside this program's memory. Used by the store's thread only. */
interface Sink extends AutoCloseable {
    /**
     * Stores all lines of these chunks, as safely as {@link Sync} requires. After an exception the
     * caller calls again with the same chunks, and this continues where it stopped.
     *
     * @throws IOException with a sentence that says what failed and why
     */
    void take(Chunk[] chunks, int count) throws IOException;

    /** Makes a waiting {@link #take} return soon with an exception. Any thread. */
    void giveUp();

    /** The sink's kind and state for STATS, such as {@code "files 3"}. Any thread. */
    String describe();

    @Override
    void close() throws IOException;
}
