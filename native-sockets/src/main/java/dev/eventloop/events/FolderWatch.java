package dev.eventloop.events;

import java.io.IOException;
import java.nio.file.Path;

/** A watch of changes in a folder. */
final class FolderWatch<A> implements Watch {
    /** The source's key of this watch. */
    int key;

    private final SystemEvents owner;
    private final Path folder;
    private final FolderCallback<? super A> callback;
    private final A attachment;
    private boolean gone;
    private boolean active = true;

    FolderWatch(SystemEvents owner, Path folder, FolderCallback<? super A> callback, A attachment) {
        this.owner = owner;
        this.folder = folder;
        this.callback = callback;
        this.attachment = attachment;
    }

    Path folder() {
        return folder;
    }

    void report(FolderChange change, String name) throws IOException {
        if (active) {
            callback.onChange(change, name, attachment);
        }
    }

    /** Reports GONE; the source has removed the watch already. */
    void reportGone() throws IOException {
        gone = true;
        if (active) {
            close();
            callback.onChange(FolderChange.GONE, null, attachment);
        }
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public void close() {
        if (active) {
            active = false;
            if (!gone) {
                owner.folders().remove(this);
            }
            owner.forget(this);
        }
    }
}
