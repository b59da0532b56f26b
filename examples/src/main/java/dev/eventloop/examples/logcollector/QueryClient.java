package dev.eventloop.examples.logcollector;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client of the query port. During a search its loop and the searcher own it in turn. */
final class QueryClient {
    /** The longest command, in bytes. */
    private static final int LONGEST_COMMAND = 4096;

    /** Room for several of the longest lines with their times. */
    private static final int ANSWER_SIZE = 256 * 1024;

    final QueryServer server;
    final int fd;

    /** Received commands, in filling mode, and the answer, in filling or writing mode. */
    final ByteBuffer commands = ByteBuffer.allocate(LONGEST_COMMAND);

    final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_SIZE);

    /** The loop's task after the searcher has filled the answer. */
    final Runnable onFilled;

    int interest;

    /** The query being answered; null for none. */
    Search search;

    /** The searcher owns this client. */
    boolean searching;

    /** The answer is being written. */
    boolean writing;

    /** The search is complete. */
    boolean found;

    /** EOF was read; close after the answer. */
    boolean ended;

    boolean closed;

    QueryClient(QueryServer server, int fd, int interest) {
        this.server = server;
        this.fd = fd;
        this.interest = interest;
        this.onFilled = () -> server.filled(this);
    }

    /** Returns the next complete line; null if there is none. */
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

    /** EOF ends a command, too. */
    void endCommand() {
        if (commands.position() > 0 && commands.hasRemaining()) {
            commands.put((byte) '\n');
        }
    }
}
