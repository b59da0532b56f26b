package dev.eventloop.lb.proxyprotocol;

import dev.eventloop.net.NativeBuffer;

/**
 * Writes PROXY headers. A header must be the first bytes of a connection, sent in one piece.
 * Stateless; allocates nothing; any thread.
 */
public final class ProxyHeaderWriter {
    /** The longest header in bytes: a version 1 line with IPv6 addresses. */
    public static final int LONGEST = 104;

    private ProxyHeaderWriter() {}

    /**
     * Writes the header for a forwarded connection. If one address is IPv4 and the other is not,
     * the IPv4 one is written as IPv4-mapped IPv6; if the addresses are unknown, the header is that
     * of {@link #writeLocal}. HAProxy does both, too.
     *
     * @throws IllegalArgumentException if the buffer has no room for {@value #LONGEST} bytes
     */
    public static void write(ProxyProtocol version, ProxyAddresses addresses, NativeBuffer buffer) {
        requireRoom(buffer);
        if (!addresses.isKnown()) {
            writeLocal(version, buffer);
        } else if (version == ProxyProtocol.V1) {
            writeLine(addresses, buffer);
        } else {
            writeBinary(addresses, buffer);
        }
    }

    /**
     * Writes the header for a connection of the proxy itself, such as a health check: LOCAL, or
     * UNKNOWN in version 1, which has no LOCAL. For version 1 the specification (section 2.1)
     * recommends {@link #write} with the connection's own addresses, because some receivers refuse
     * UNKNOWN.
     *
     * @throws IllegalArgumentException if the buffer has no room for {@value #LONGEST} bytes
     */
    public static void writeLocal(ProxyProtocol version, NativeBuffer buffer) {
        requireRoom(buffer);
        if (version == ProxyProtocol.V1) {
            put(buffer, Format.UNKNOWN_LINE);
            putLineEnd(buffer);
        } else {
            putFixed(buffer, Format.LOCAL, Format.UNSPEC, Format.UNSPEC);
        }
    }

    private static void requireRoom(NativeBuffer buffer) {
        if (buffer.writable() < LONGEST) {
            throw new IllegalArgumentException(
                    "a PROXY header needs room for "
                            + LONGEST
                            + " bytes; the buffer has "
                            + buffer.writable());
        }
    }

    private static void writeLine(ProxyAddresses addresses, NativeBuffer buffer) {
        boolean v4 = addresses.isIpv4();
        put(buffer, v4 ? Format.TCP4_LINE : Format.TCP6_LINE);
        putAddress(buffer, v4, addresses.sourceHigh(), addresses.sourceLow());
        putAddress(buffer, v4, addresses.destinationHigh(), addresses.destinationLow());
        AddressWriter.putDecimal(buffer, addresses.sourcePort());
        AddressWriter.put(buffer, ' ');
        AddressWriter.putDecimal(buffer, addresses.destinationPort());
        putLineEnd(buffer);
    }

    private static void putAddress(NativeBuffer buffer, boolean v4, long high, long low) {
        if (v4) {
            AddressWriter.putIpv4(buffer, low);
        } else {
            AddressWriter.putIpv6(buffer, high, low);
        }
        AddressWriter.put(buffer, ' ');
    }

    private static void putLineEnd(NativeBuffer buffer) {
        AddressWriter.put(buffer, '\r');
        AddressWriter.put(buffer, '\n');
    }

    private static void writeBinary(ProxyAddresses addresses, NativeBuffer buffer) {
        if (addresses.isIpv4()) {
            putFixed(buffer, Format.PROXY, Format.INET, Format.STREAM);
            putBigEndian(buffer, addresses.sourceLow(), Integer.BYTES);
            putBigEndian(buffer, addresses.destinationLow(), Integer.BYTES);
        } else {
            putFixed(buffer, Format.PROXY, Format.INET6, Format.STREAM);
            putBigEndian(buffer, addresses.sourceHigh(), Long.BYTES);
            putBigEndian(buffer, addresses.sourceLow(), Long.BYTES);
            putBigEndian(buffer, addresses.destinationHigh(), Long.BYTES);
            putBigEndian(buffer, addresses.destinationLow(), Long.BYTES);
        }
        putBigEndian(buffer, addresses.sourcePort(), Short.BYTES);
        putBigEndian(buffer, addresses.destinationPort(), Short.BYTES);
    }

    private static void putFixed(NativeBuffer buffer, int command, int family, int transport) {
        put(buffer, Format.SIGNATURE);
        putBigEndian(buffer, Format.VERSION << 4 | command, Byte.BYTES);
        putBigEndian(buffer, family << 4 | transport, Byte.BYTES);
        putBigEndian(buffer, Format.addressesLength(family), Short.BYTES);
    }

    private static void put(NativeBuffer buffer, byte[] bytes) {
        for (byte value : bytes) {
            buffer.put(value);
        }
    }

    private static void putBigEndian(NativeBuffer buffer, long value, int bytes) {
        for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            buffer.put((byte) (value >>> shift));
        }
    }
}
