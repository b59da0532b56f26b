package dev.eventloop.lb.chaos;

import java.nio.ByteBuffer;

/**
 * The bytes of one direction of one connection: words of eight bytes, each with the number of the
 * stream (five bytes) and of the word. A byte that is lost, repeated, or of another stream shows,
 * and so does where it comes from.
 */
record NumberedStream(long number) {
    /** The longest stream whose words have different numbers. */
    static final long MOST = 128L * 1024 * 1024;

    private static final int WORD = Long.BYTES;

    /** Fills the buffer with the bytes from this offset on. */
    void write(long from, ByteBuffer into) {
        long at = from;
        while (into.hasRemaining()) {
            if (at % WORD == 0 && into.remaining() >= WORD) {
                into.putLong(word(at));
                at += WORD;
            } else {
                into.put(at(at++));
            }
        }
    }

    /** Reads the buffer; null if it has the bytes from this offset on, else what is wrong. */
    String faultIn(long from, ByteBuffer bytes) {
        long at = from;
        while (bytes.hasRemaining()) {
            boolean isWhole = at % WORD == 0 && bytes.remaining() >= WORD;
            if (isWhole && bytes.getLong(bytes.position()) == word(at)) {
                bytes.position(bytes.position() + WORD);
                at += WORD;
            } else if (bytes.get() != at(at++)) {
                return describe(at - 1, bytes);
            }
        }
        return null;
    }

    /** The word that arrived instead tells whose bytes these are. */
    private String describe(long at, ByteBuffer bytes) {
        int first = bytes.position() - 1;
        StringBuilder got = new StringBuilder();
        for (int i = first; i < Math.min(first + 2 * WORD, bytes.limit()); i++) {
            got.append(String.format("%02x", bytes.get(i)));
        }
        return String.format(
                "byte %d of stream %010x (word %06x) is wrong: got %s", at, number, at / WORD, got);
    }

    private byte at(long offset) {
        return (byte) (word(offset) >>> (56 - 8 * (offset % WORD)));
    }

    private long word(long offset) {
        return number << 24 | offset / WORD;
    }
}
