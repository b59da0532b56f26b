package dev.eventloop.examples.httpproxy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects the lines of a message's head, byte by byte, up to the empty one. */
final class HeadReader {
    private final StringBuilder line = new StringBuilder();
    private final List<String> lines = new ArrayList<>();
    private int bytes;

    /** The lines that are complete, without their ends; bytes as characters of ISO 8859-1. */
    List<String> lines() {
        return lines;
    }

    /** Whether no byte of it has come. */
    boolean isEmpty() {
        return bytes == 0;
    }

    void clear() {
        line.setLength(0);
        lines.clear();
        bytes = 0;
    }

    /**
     * Takes bytes up to the head's end; what follows stays in the buffer.
     *
     * @return whether the head is complete
     * @throws Refusal 431 if it is too long; 400 for a byte that has no place in a head
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
                throw new Refusal(400, "this is not HTTP");
            } else {
                line.append(c);
            }
        }
        return false;
    }

    /** Some take a vertical tab for a space and some don't, and then they see different bodies. */
    private static boolean isControl(char c) {
        return (c < ' ' && c != '\t' && c != '\r') || c == 0x7f;
    }

    private boolean endsWithCr() {
        return line.length() > 0 && line.charAt(line.length() - 1) == '\r';
    }

    /** The line is complete; whether it was the empty one. Before a request those are ignored. */
    private boolean ended() {
        String text = line.substring(0, line.length() - (endsWithCr() ? 1 : 0));
        line.setLength(0);
        if (!text.isEmpty()) {
            lines.add(text);
        }
        return text.isEmpty() && !lines.isEmpty();
    }
}
