package dev.eventloop.lb.simulation;

import java.util.SplittableRandom;

/**
 * The bytes that a peer sends: its number, then bytes computed from that number and their offset.
 * So the receiver can identify the sender, and detect missing, duplicate and misplaced bytes.
 */
final class Content {
    /** The number of the sender, big-endian. */
    static final int HEADER = Long.BYTES;

    private static final int TABLE_BITS = 16;
    private static final int MASK = (1 << TABLE_BITS) - 1;
    private static final byte[] TABLE = new byte[1 << TABLE_BITS];

    static {
        new SplittableRandom(1).nextBytes(TABLE);
    }

    private Content() {}

    static byte at(long sender, long offset) {
        if (offset < HEADER) {
            return (byte) (sender >>> ((HEADER - 1 - offset) * Byte.SIZE));
        }
        long mixed = sender * 0x9E3779B97F4A7C15L;
        long index = offset + (mixed >>> 40);
        return (byte) (TABLE[(int) index & MASK] + (index >>> TABLE_BITS) + (mixed >>> 32));
    }
}
