package dev.eventloop.lb.proxyprotocol;

import dev.eventloop.net.NativeBuffer;

/**
 * Writes IP addresses as text: IPv4 in dotted decimal, IPv6 in the canonical form of RFC 5952,
 * IPv4-mapped addresses with dotted decimal at the end (RFC 5952 section 5; HAProxy does the same).
 */
final class AddressWriter {
    private static final int GROUPS = 8;
    private static final int GROUP_BITS = 16;

    private AddressWriter() {}

    static void putIpv4(NativeBuffer buffer, long low) {
        for (int shift = 24; shift >= 0; shift -= Byte.SIZE) {
            putDecimal(buffer, (int) (low >>> shift) & 0xff);
            if (shift > 0) {
                put(buffer, '.');
            }
        }
    }

    static void putIpv6(NativeBuffer buffer, long high, long low) {
        if (ProxyAddresses.isIpv4(high, low)) {
            putMapped(buffer, low);
            return;
        }
        int zeroes = longestRunOfZeroes(high, low);
        int gap = zeroes > 1 ? firstRunOfZeroes(high, low, zeroes) : GROUPS;
        int i = 0;
        while (i < GROUPS) {
            if (i == gap) {
                put(buffer, ':');
                put(buffer, ':');
                i += zeroes;
            } else {
                if (i > 0 && i != gap + zeroes) {
                    put(buffer, ':');
                }
                putHex(buffer, group(high, low, i));
                i++;
            }
        }
    }

    private static void putMapped(NativeBuffer buffer, long low) {
        put(buffer, ':');
        put(buffer, ':');
        putHex(buffer, 0xffff);
        put(buffer, ':');
        putIpv4(buffer, low);
    }

    private static int longestRunOfZeroes(long high, long low) {
        int longest = 0;
        for (int i = 0; i < GROUPS; i++) {
            longest = Math.max(longest, zeroesFrom(high, low, i));
        }
        return longest;
    }

    private static int firstRunOfZeroes(long high, long low, int length) {
        int first = 0;
        while (zeroesFrom(high, low, first) != length) {
            first++;
        }
        return first;
    }

    private static int zeroesFrom(long high, long low, int index) {
        int end = index;
        while (end < GROUPS && group(high, low, end) == 0) {
            end++;
        }
        return end - index;
    }

    private static int group(long high, long low, int index) {
        int half = GROUPS / 2;
        int shift = (half - 1 - index % half) * GROUP_BITS;
        return (int) ((index < half ? high : low) >>> shift) & 0xffff;
    }

    /** Lower case, without leading zeroes (RFC 5952 section 4). */
    private static void putHex(NativeBuffer buffer, int value) {
        if (value > 0xf) {
            putHex(buffer, value >>> 4);
        }
        put(buffer, Character.forDigit(value & 0xf, 16));
    }

    static void putDecimal(NativeBuffer buffer, int value) {
        if (value > 9) {
            putDecimal(buffer, value / 10);
        }
        put(buffer, Character.forDigit(value % 10, 10));
    }

    static void put(NativeBuffer buffer, char character) {
        buffer.put((byte) character);
    }
}
