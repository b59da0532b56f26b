package dev.eventloop.events;

import dev.eventloop.ErrnoException;

/** The kernel mechanism that reports changes in folders. */
interface FolderSource extends AutoCloseable {
    EventSource describe();

    /** Starts to report changes to the watch. Errors: see {@link SystemEvents#folder}. */
    void add(FolderWatch<?> watch) throws ErrnoException;

    /** Stops watching. */
    void remove(FolderWatch<?> watch);

    @Override
    void close();
}
