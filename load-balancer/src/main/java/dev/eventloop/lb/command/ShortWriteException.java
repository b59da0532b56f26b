package dev.eventloop.lb.command;

import java.io.IOException;

/** Thrown by {@link LineFile} when it wrote only some of the lines. */
final class ShortWriteException extends IOException {
    private static final long serialVersionUID = 1;

    /** The bytes of the lines that were written; they end with a whole line. */
    private final int written;

    ShortWriteException(int written, IOException cause) {
        super(cause.getMessage(), cause);
        this.written = written;
    }

    /** How many bytes of whole lines were written before this exception. */
    static int written(IOException e) {
        return e instanceof ShortWriteException some ? some.written : 0;
    }

    /** How many lines end at this index or behind it. */
    static int linesFrom(byte[] lines, int from) {
        int count = 0;
        for (int i = from; i < lines.length; i++) {
            count += lines[i] == '\n' ? 1 : 0;
        }
        return count;
    }
}
