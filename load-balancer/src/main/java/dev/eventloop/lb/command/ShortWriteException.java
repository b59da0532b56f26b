package dev.eventloop.lb.command;

import java.io.IOException;

/** Thrown by {@link LineFile} when it wrote only some of the lines. */
final class ShortWriteException extends IOException {
    private static final long serialVersionUID = 1;

    private final int written;

    ShortWriteException(int written, IOException cause) {
        super(cause.getMessage(), cause);
        this.written = written;
    }

    /** The bytes of the lines that were written; they end with a whole line. */
    int written() {
        return written;
    }
}
