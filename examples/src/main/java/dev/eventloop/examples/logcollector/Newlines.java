package dev.eventloop.examples.logcollector;

import java.nio.ByteBuffer;

/**
 * Searches newlines eight bytes at a time. The buffer must be little-endian, so that the first byte
 * in memory is the lowest of the word.
 *
 * <p>A byte of {@code x} is zero if {@code (x - 0x01..) & ~x & 0x80..} has its high bit set; the
 * lowest such bit is exact, those above it need not be ("Determine if a word has a zero byte",
 * graphics.stanford.edu/~seander/bithacks.html).
 */
final class Newlines {
    private static final long NEWLINES = 0x0a0a_0a0a_0a0a_0a0aL;
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Newlines() {}

    /** Returns the first newline in [from, to), or -1. */
    static int indexOf(ByteBuffer bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long differences = bytes.getLong(at) ^ NEWLINES;
            long zeroes = (differences - ONES) & ~differences & HIGH_BITS;
            if (zeroes != 0) {
                return at + (Long.numberOfTrailingZeros(zeroes) >>> 3);
            }
        }
        for (; at < to; at++) {
            if (bytes.get(at) == '\n') {
                return at;
            }
        }
        return -1;
    }

    /** Returns the last newline in [from, to), or -1. Lines are short, so it checks each byte. */
    static int lastIndexOf(ByteBuffer bytes, int from, int to) {
        for (int at = to - 1; at >= from; at--) {
            if (bytes.get(at) == '\n') {
                return at;
            }
        }
        return -1;
    }
}
