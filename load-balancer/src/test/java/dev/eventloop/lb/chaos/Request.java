package dev.eventloop.lb.chaos;

import java.nio.ByteBuffer;

/**
 * What a client says first: what it wants of the backend.
 *
 * @param number of the connection; the streams of its two directions are numbered after it
 * @param length how many bytes the client sends after this, or the backend for a {@link
 *     Kind#SOURCE}
 */
record Request(Kind kind, long number, long length) {
    /** The size on the wire. */
    static final int SIZE = 1 + 2 * Long.BYTES;

    /** What a {@link Kind#SINK} returns when it has read everything. */
    static final int RECEIPT = 8;

    enum Kind {
        /** Returns every byte. */
        ECHO('e'),
        /** Reads everything, and returns a receipt. */
        SINK('s'),
        /** Sends. */
        SOURCE('o');

        private final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }

        private static Kind of(byte letter) {
            for (Kind kind : values()) {
                if (kind.letter == letter) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no kind of request: " + letter);
        }
    }

    static Request of(ByteBuffer wire) {
        return new Request(Kind.of(wire.get()), wire.getLong(), wire.getLong());
    }

    ByteBuffer toWire() {
        return ByteBuffer.allocate(SIZE).put(kind.letter).putLong(number).putLong(length).flip();
    }

    /** From the client to the backend. */
    NumberedStream up() {
        return new NumberedStream(2 * number);
    }

    long upLength() {
        return kind == Kind.SOURCE ? 0 : length;
    }

    /** From the backend to the client. */
    NumberedStream down() {
        return kind == Kind.ECHO ? up() : new NumberedStream(2 * number + 1);
    }

    long downLength() {
        return kind == Kind.SINK ? RECEIPT : length;
    }
}
