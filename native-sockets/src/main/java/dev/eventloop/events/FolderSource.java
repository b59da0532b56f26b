package dev.eventloop.events;

import dev.eventloop.ErrnoException;

/** The kernel's way to say what changes in folders. */
interface FolderSource extends AutoCloseable {
    EventSource describe();

    /** Tells the watch from now on; {@link SystemEvents#folder} has the errors. */
    void add(FolderWatch<?> watch) throws ErrnoException;

    /** Never again. */
    void remove(FolderWatch<?> watch);

    @Override
    void close();
}
