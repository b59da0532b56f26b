package dev.eventloop.examples.logcollector;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A client of the query port. Its loop and the librarian have it by turns, while it is searched.
 */
final class Asker {
    /** The longest command. */
    private static final int LONGEST_COMMAND = 4096;

    /** Room for the longest line, with its time, several times over. */
    private static final int ANSWER_SIZE = 256 * 1024;

    final QueryServer server;
    final int fd;

    /** What it sends, to be filled; and what it is answered, to be filled, or written to it. */
    final ByteBuffer commands = ByteBuffer.allocate(LONGEST_COMMAND);

    final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_SIZE);

    /** What the loop does once the librarian has filled the answer. */
    final Runnable onFilled;

    int interest;

    /** The question that is being answered; null for none. */
    Search search;

    /** The librarian has it. */
    boolean searching;

    /** The answer is being written. */
    boolean writing;

    /** The search has found all. */
    boolean found;

    /** Will send no more; is to be closed after the answer. */
    boolean ended;

    boolean closed;

    Asker(QueryServer server, int fd, int interest) {
        this.server = server;
        this.fd = fd;
        this.interest = interest;
        this.onFilled = () -> server.filled(this);
    }

    /** Takes the next line that has come; null if it is not complete. */
    String nextCommand() {
        for (int i = 0; i < commands.position(); i++) {
            if (commands.get(i) == '\n') {
                String line = new String(commands.array(), 0, i, StandardCharsets.ISO_8859_1);
                commands.flip().position(i + 1);
                commands.compact();
                return line.strip();
            }
        }
        return null;
    }

    /** The end of the stream ends a command too. */
    void endCommand() {
        if (commands.position() > 0 && commands.hasRemaining()) {
            commands.put((byte) '\n');
        }
    }
}
