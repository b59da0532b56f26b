package dev.eventloop.lb.proxyprotocol;

import dev.eventloop.net.AddressText;
import dev.eventloop.net.NativeAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * The source and destination of a connection, as in a PROXY header. If they are unknown, the
 * addresses of the connection that carried the header count. Each IP address is two longs in
 * network order, IPv4 as IPv4-mapped IPv6, as in {@link NativeAddress#ipHigh}.
 *
 * <p>Reusable without allocation. Confined to one thread at a time.
 */
public final class ProxyAddresses {
    private static final long IPV4_MAPPED = 0xffff;

    private boolean known;
    private long sourceHigh;
    private long sourceLow;
    private int sourcePort;
    private long destinationHigh;
    private long destinationLow;
    private int destinationPort;

    /** Makes the addresses unknown. */
    public void forget() {
        set(0, 0, 0, 0, 0, 0);
        known = false;
    }

    /** Sets known addresses. Ports are 0 to 65535. */
    public void set(
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long destinationHigh,
            long destinationLow,
            int destinationPort) {
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.sourcePort = sourcePort;
        this.destinationHigh = destinationHigh;
        this.destinationLow = destinationLow;
        this.destinationPort = destinationPort;
        this.known = true;
    }

    /** Sets the addresses of a connection's two ends; unknown unless both are IP addresses. */
    public void set(NativeAddress source, NativeAddress destination) {
        if (!source.isInternet() || !destination.isInternet()) {
            forget();
            return;
        }
        set(
                source.ipHigh(),
                source.ipLow(),
                source.port(),
                destination.ipHigh(),
                destination.ipLow(),
                destination.port());
    }

    /** Whether the addresses are known; if not, all other getters return 0. */
    public boolean isKnown() {
        return known;
    }

    /**
     * Whether both are IPv4, which is TCP4 on the wire. Known addresses that are not both IPv4 are
     * TCP6.
     */
    public boolean isIpv4() {
        return known && isIpv4(sourceHigh, sourceLow) && isIpv4(destinationHigh, destinationLow);
    }

    static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> Integer.SIZE == IPV4_MAPPED;
    }

    /** The upper 64 bits of the source IP address. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** The lower 64 bits of the source IP address. */
    public long sourceLow() {
        return sourceLow;
    }

    /** The source port. */
    public int sourcePort() {
        return sourcePort;
    }

    /** The upper 64 bits of the destination IP address. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** The lower 64 bits of the destination IP address. */
    public long destinationLow() {
        return destinationLow;
    }

    /** The destination port. */
    public int destinationPort() {
        return destinationPort;
    }

    /**
     * {@code 192.0.2.1:4711 to 192.0.2.2:80}, {@code [2001:db8::1]:4711 to …} or {@code unknown}.
     */
    @Override
    public String toString() {
        return known
                ? text(sourceHigh, sourceLow, sourcePort)
                        + " to "
                        + text(destinationHigh, destinationLow, destinationPort)
                : "unknown";
    }

    private static String text(long high, long low, int port) {
        byte[] ip = ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            InetAddress host = InetAddress.getByAddress(ip); // unwraps an IPv4-mapped address
            return AddressText.of(new InetSocketAddress(host, port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 16 bytes", e);
        }
    }
}
