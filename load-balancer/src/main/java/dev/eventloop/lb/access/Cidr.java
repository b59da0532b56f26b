package dev.eventloop.lb.access;

import dev.eventloop.net.AddressText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * A range of addresses such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. An IPv4 range is stored
 * as the IPv4-mapped range of IPv6 (RFC 4291, 2.5.5.2), because a dual-stack socket reports IPv4
 * peers that way.
 *
 * @param high the upper 64 bits of the first address
 * @param low the lower 64 bits of the first address
 * @param prefix how many of the 128 bits are fixed
 */
public record Cidr(long high, long low, int prefix) {
    /** No leading zeros: inet_aton(3) and others read such a number as octal. */
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final long MAPPED = 0xffff_0000_0000L;

    /**
     * Parses a range, or a single address, which becomes a range of one.
     *
     * @throws IllegalArgumentException if the text is neither; the message says why and what would
     *     be right
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
                                prefix + Mask.MAPPED_BITS)
                        : new Cidr(
                                ByteBuffer.wrap(ip).getLong(),
                                ByteBuffer.wrap(ip).getLong(Long.BYTES),
                                prefix);
        Cidr masked = range.masked();
        if (masked.high != range.high || masked.low != range.low) {
            throw wrong(
                    text,
                    "its address has bits set after the prefix; write "
                            + masked
                            + ", or "
                            + host
                            + " for that address alone");
        }
        return range;
    }

    /** Accepts literals only: {@code InetAddress.getByName} would look any other text up in DNS. */
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
            // reported below
        }
        throw wrong(text, "it is not an IPv4 or IPv6 address; write for example 10.0.0.0/8 or ::1");
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

    /** Whether an address is in this range; an IPv4 address is passed IPv4-mapped. */
    public boolean contains(long ipHigh, long ipLow) {
        return ((ipHigh ^ high) & Mask.high(prefix)) == 0
                && ((ipLow ^ low) & Mask.low(prefix)) == 0;
    }

    private Cidr masked() {
        return new Cidr(high & Mask.high(prefix), low & Mask.low(prefix), prefix);
    }

    /** CIDR notation: {@code 10.0.0.0/8}. */
    @Override
    public String toString() {
        byte[] ip = ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            InetAddress first = InetAddress.getByAddress(ip); // unwraps an IPv4-mapped address
            boolean v4 = first.getAddress().length == Integer.BYTES;
            return AddressText.of(first) + "/" + (v4 ? prefix - Mask.MAPPED_BITS : prefix);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 16 bytes", e);
        }
    }
}
