package dev.eventloop.events;

/** What can happen in a folder that is watched. */
public enum FolderChange {
    /**
     * There is something of that name that was not there: new, or moved to here, perhaps over
     * another. Editors save a file so.
     */
    CREATED,
    /** A file was written to, cut, or closed by somebody who could write to it. */
    MODIFIED,
    /** It is not there any more: deleted or moved away. */
    DELETED,
    /** More happened than the kernel keeps; changes are missing. Look for yourself. */
    OVERFLOW,
    /** The folder itself was deleted, moved away or unmounted; nothing more will be told. */
    GONE
}
