package dev.eventloop.examples.logcollector;

import java.io.IOException;

/** Where lines go that are to outlive this program. Used by the store's thread alone. */
interface Sink extends AutoCloseable {
    /**
     * Takes all lines of these chunks, as safely as {@link Sync} says. Whoever gets an exception
     * calls again, with the same chunks, and it goes on where it stopped.
     *
     * @throws IOException a sentence that says what could not be done and why
     */
    void take(Chunk[] chunks, int count) throws IOException;

    /** Lets a {@link #take} that waits come back with an exception, soon. Any thread. */
    void giveUp();

    /** For STATS: what it is and how it does, {@code "files 3"}. Any thread. */
    String describe();

    @Override
    void close() throws IOException;
}
