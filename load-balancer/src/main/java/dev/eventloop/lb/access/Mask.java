package dev.eventloop.lb.access;

/** The fixed bits of an address of 128 bits, in two halves. */
final class Mask {
    /** How many bits come before those of an IPv4 address in an IPv4-mapped one. */
    static final int MAPPED_BITS = 96;

    private Mask() {}

    /** Of the upper half; {@code prefix} bits of the address are fixed. */
    static long high(int prefix) {
        return of(Math.min(prefix, Long.SIZE));
    }

    /** Of the lower half. */
    static long low(int prefix) {
        return of(Math.max(0, prefix - Long.SIZE));
    }

    private static long of(int bits) {
        return bits == 0 ? 0 : -1L << (Long.SIZE - bits);
    }
}
