package dev.eventloop.lb.preface;

import dev.eventloop.net.NativeBuffer;

/**
 * The handshake records at the front of a buffer (RFC 8446, section 5.1), as the bytes of the
 * message that they carry together. Looks at no more than {@link ClientHello#LIMIT} bytes.
 */
final class HandshakeRecords {
    /** Of SSL 3.0 and of all versions of TLS. */
    static final int MAJOR_VERSION = 3;

    private static final int HANDSHAKE = 22;
    private static final int HEADER_LENGTH = 5;
    private static final int MAX_FRAGMENT = 1 << 14;

    /** Where in the buffer the next byte, or the next record, is. */
    private int position;

    /** How many bytes of the record are still to come. */
    private int left;

    private boolean broken;

    void reset() {
        position = 0;
        left = 0;
        broken = false;
    }

    /** Whether a byte of the message is there. If not, more are needed, or there is none. */
    boolean ready(NativeBuffer buffer) {
        if (left == 0 && !broken) {
            readHeader(buffer);
        }
        return !broken && left > 0 && position < end(buffer);
    }

    /** Whether what comes next is no record of a handshake. */
    boolean areBroken() {
        return broken;
    }

    /** Takes a byte of the message; only if it is {@link #ready}. */
    byte take(NativeBuffer buffer) {
        left--;
        return buffer.peek(position++);
    }

    /**
     * Passes over bytes of the message, those of the record at most.
     *
     * @return how many
     */
    int skip(NativeBuffer buffer, int atMost) {
        int count = Math.min(atMost, Math.min(left, end(buffer) - position));
        position += count;
        left -= count;
        return count;
    }

    /** Where in the buffer this many more bytes of the message end, in as few records as can be. */
    int shortestEnd(int rest) {
        return position + rest + (rest > left ? HEADER_LENGTH : 0);
    }

    /**
     * The minor version is 0 to 4 and without meaning: RFC 5246, appendix E.1, demands that all
     * values are accepted. A fragment of a handshake is never empty (RFC 8446, section 5.1).
     */
    private void readHeader(NativeBuffer buffer) {
        int there = end(buffer) - position;
        if (there > 0 && buffer.peek(position) != HANDSHAKE) {
            broken = true;
        } else if (there > 1 && buffer.peek(position + 1) != MAJOR_VERSION) {
            broken = true;
        } else if (there >= HEADER_LENGTH) {
            left =
                    (buffer.peek(position + 3) & 0xff) << Byte.SIZE
                            | (buffer.peek(position + 4) & 0xff);
            broken = left == 0 || left > MAX_FRAGMENT;
            position += HEADER_LENGTH;
        }
    }

    private static int end(NativeBuffer buffer) {
        return Math.min(buffer.readable(), ClientHello.LIMIT);
    }
}
