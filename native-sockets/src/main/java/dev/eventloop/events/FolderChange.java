package dev.eventloop.events;

/** The kinds of change in a watched folder. */
public enum FolderChange {
    /**
     * A name appeared, or names another file now: it was created, or moved here, perhaps over an
     * existing file, which is how editors save.
     */
    CREATED,
    /** A file was written to or truncated, or closed after it was open for writing. */
    MODIFIED,
    /** A name disappeared: deleted or moved away. */
    DELETED,
    /** The kernel's queue overflowed, and changes are missing. List the folder to find them. */
    OVERFLOW,
    /** The folder itself was deleted, moved away or unmounted. This is the last call. */
    GONE
}
