package dev.eventloop.events;

import java.io.IOException;

/** Called when something changes in a folder, on the loop's thread. */
@FunctionalInterface
public interface FolderCallback<A> {
    /**
     * Something in the folder has changed. Several changes in quick succession may be one call.
     *
     * @param change the kind of change
     * @param name of the file or subfolder; null for {@link FolderChange#OVERFLOW} and {@link
     *     FolderChange#GONE}
     * @param attachment the attachment that was passed to {@link SystemEvents#folder}
     */
    void onChange(FolderChange change, String name, A attachment) throws IOException;
}
