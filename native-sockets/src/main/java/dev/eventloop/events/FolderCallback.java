package dev.eventloop.events;

import java.io.IOException;

/** Hears of changes in a folder, on the loop's thread. */
@FunctionalInterface
public interface FolderCallback<A> {
    /**
     * Something in the folder changed. What happens in quick succession may be told as one.
     *
     * @param change what happened
     * @param name of the file or folder in it; null for {@link FolderChange#OVERFLOW} and {@link
     *     FolderChange#GONE}
     * @param attachment what was handed to {@link SystemEvents#folder}
     */
    void onChange(FolderChange change, String name, A attachment) throws IOException;
}
