package dev.eventloop.lb.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * A range of addresses, {@code 10.0.0.0/8} or {@code 2001:db8::/32}; IPv4 as the IPv4-mapped part
 * of IPv6 (RFC 4291, 2.5.5.2), as which dual-stack sockets see it.
 *
 * @param high the upper half of its first address
 * @param low the lower half
 * @param prefix how many bits are fixed, of 128
 */
public record Cidr(long high, long low, int prefix) {
    /** To some a leading zero says that a number is octal, so there is none. */
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final long MAPPED = 0xffff_0000_0000L;
    private static final int MAPPED_BITS = 96;

    /**
     * Reads a range, or an address alone.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        byte[] ip = address(host, text);
        boolean v4 = ip.length == Integer.BYTES;
        int most = v4 ? 32 : 128;
        int prefix = slash < 0 ? most : prefix(text.substring(slash + 1), most, text);
        Cidr range =
                v4
                        ? new Cidr(
                                0,
                                MAPPED | Integer.toUnsignedLong(ByteBuffer.wrap(ip).getInt()),
                                prefix + MAPPED_BITS)
                        : new Cidr(
                                ByteBuffer.wrap(ip).getLong(),
                                ByteBuffer.wrap(ip).getLong(Long.BYTES),
                                prefix);
        Cidr masked = range.masked();
        if (masked.high != range.high || masked.low != range.low) {
            throw wrong(
                    text,
                    "its address has bits behind the prefix; write "
                            + masked
                            + ", or "
                            + host
                            + " for that address alone");
        }
        return range;
    }

    /** Never asks DNS, as a name would make Java do. */
    private static byte[] address(String host, String text) {
        boolean literal = IPV4.matcher(host).matches() || IPV6.matcher(host).matches();
        try {
            if (literal) {
                byte[] ip = InetAddress.getByName(host).getAddress();
                boolean mapped = ip.length == Integer.BYTES && host.indexOf(':') >= 0;
                if (!mapped) {
                    return ip;
                }
            }
        } catch (UnknownHostException e) {
            // said below
        }
        throw wrong(text, "it is no IPv4 or IPv6 address; write for example 10.0.0.0/8 or ::1");
    }

    private static int prefix(String digits, int most, String text) {
        boolean number = digits.matches("\\d{1,3}");
        int value = number ? Integer.parseInt(digits) : -1;
        if (value < 0 || value > most) {
            throw wrong(
                    text, "the prefix \"" + digits + "\" is not a whole number from 0 to " + most);
        }
        return value;
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("range \"" + text + "\": " + why);
    }

    /** Whether an address is in it. */
    public boolean contains(long ipHigh, long ipLow) {
        return ((ipHigh ^ high) & highMask()) == 0 && ((ipLow ^ low) & lowMask()) == 0;
    }

    private Cidr masked() {
        return new Cidr(high & highMask(), low & lowMask(), prefix);
    }

    private long highMask() {
        return mask(Math.min(prefix, Long.SIZE));
    }

    private long lowMask() {
        return mask(Math.max(0, prefix - Long.SIZE));
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (Long.SIZE - bits);
    }

    /** As it is written: {@code 10.0.0.0/8}. */
    @Override
    public String toString() {
        byte[] ip = ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            InetAddress first = InetAddress.getByAddress(ip); // unwraps an IPv4-mapped address
            boolean v4 = first.getAddress().length == Integer.BYTES;
            return first.getHostAddress() + "/" + (v4 ? prefix - MAPPED_BITS : prefix);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 16 bytes", e);
        }
    }
}
