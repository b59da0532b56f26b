package dev.eventloop.examples.httpproxy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects the lines of a message's head, byte by byte, up to the empty line. */
final class HeadReader {
    private final StringBuilder line = new StringBuilder();
    private final List<String> lines = new ArrayList<>();
    private int bytes;

    /** The complete lines without line ends, decoded as ISO 8859-1. */
    List<String> lines() {
        return lines;
    }

    /** Returns whether no byte of the head has arrived. */
    boolean isEmpty() {
        return bytes == 0;
    }

    void clear() {
        line.setLength(0);
        lines.clear();
        bytes = 0;
    }

    /**
     * Reads bytes up to the head's end; those after it stay in the buffer.
     *
     * @return whether the head is complete
     * @throws Refusal 431 if the head is too long; 400 for a byte that is invalid in a head
     */
    boolean read(ByteBuffer in) throws Refusal {
        while (in.hasRemaining()) {
            char c = (char) (in.get() & 0xff);
            if (++bytes > Settings.MAX_HEAD) {
                throw new Refusal(431, "the head of the message is too long");
            }
            if (c == '\n') {
                if (ended()) {
                    return true;
                }
            } else if (isControl(c) || endsWithCr()) {
                throw new Refusal(400, "the message is not HTTP");
            } else {
                line.append(c);
            }
        }
        return false;
    }

    /** Parsers disagree on whether VT is a space, and may thus see different bodies. */
    private static boolean isControl(char c) {
        return (c < ' ' && c != '\t' && c != '\r') || c == 0x7f;
    }

    private boolean endsWithCr() {
        return line.length() > 0 && line.charAt(line.length() - 1) == '\r';
    }

    /** Ends a line; returns whether it was the empty one. Ignores empty lines before a request. */
    private boolean ended() {
        String text = line.substring(0, line.length() - (endsWithCr() ? 1 : 0));
        line.setLength(0);
        if (!text.isEmpty()) {
            lines.add(text);
        }
        return text.isEmpty() && !lines.isEmpty();
    }
}
