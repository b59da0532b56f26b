package dev.eventloop.lb.access;

/**
 * Which part of an address makes a source: addresses with the same prefix are counted together. A
 * subscriber usually has a whole IPv6 /64 (RFC 6177), so its addresses say little.
 *
 * @param v4 bits of an IPv4 address, 1 to 32
 * @param v6 bits of an IPv6 address, 1 to 128
 */
public record SourcePrefix(int v4, int v6) {
    public static final SourcePrefix DEFAULT = new SourcePrefix(32, 64);

    private static final long MAPPED = 0xffff;

    /**
     * @throws IllegalArgumentException if a prefix is out of range
     */
    public SourcePrefix {
        check(v4, 32, "IPv4");
        check(v6, 128, "IPv6");
    }

    private static void check(int prefix, int most, String family) {
        if (prefix < 1 || prefix > most) {
            throw new IllegalArgumentException(
                    "the prefix %d of an %s source is not from 1 to %d"
                            .formatted(prefix, family, most));
        }
    }

    /** The bits that count, of the 128 of an address; IPv4 as an IPv4-mapped IPv6 address. */
    int of(long ipHigh, long ipLow) {
        boolean isV4 = ipHigh == 0 && ipLow >>> Integer.SIZE == MAPPED;
        return isV4 ? Mask.MAPPED_BITS + v4 : v6;
    }
}
