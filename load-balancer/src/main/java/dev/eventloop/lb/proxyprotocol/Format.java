package dev.eventloop.lb.proxyprotocol;

import java.nio.charset.StandardCharsets;

/** The constants of the wire format. */
final class Format {
    /** The longest version 1 line that a receiver must accept, including CR LF. */
    static final int LONGEST_LINE = 107;

    static final byte[] TCP4_LINE = ascii("PROXY TCP4 ");
    static final byte[] TCP6_LINE = ascii("PROXY TCP6 ");
    static final byte[] UNKNOWN_LINE = ascii("PROXY UNKNOWN");

    /** The first bytes of a version 2 header. */
    static final byte[] SIGNATURE = ascii("\r\n\r\n\0\r\nQUIT\n");

    /** Signature, version and command, family and transport, and the length of the rest. */
    static final int FIXED_LENGTH = 16;

    static final int VERSION = 2;

    static final int LOCAL = 0;
    static final int PROXY = 1;

    static final int UNSPEC = 0;
    static final int INET = 1;
    static final int INET6 = 2;
    static final int UNIX = 3;

    static final int STREAM = 1;
    static final int DATAGRAM = 2;

    private static final int PORTS = 2 * Short.BYTES;
    private static final int UNIX_PATH = 108;

    private Format() {}

    /** The size in bytes of the two addresses of this family in version 2. */
    static int addressesLength(int family) {
        return switch (family) {
            case INET -> 2 * Integer.BYTES + PORTS;
            case INET6 -> 4 * Long.BYTES + PORTS;
            case UNIX -> 2 * UNIX_PATH;
            default -> 0;
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
