package dev.eventloop.lb.preface;

import dev.eventloop.lb.Names;
import dev.eventloop.lb.proxyprotocol.ProxyAddresses;
import dev.eventloop.net.NativeAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** The address of a client, as numbers: creates a Java object only on request. */
public final class ClientAddress {
    private long high;
    private long low;
    private int port;

    /** The peer of an accepted socket. */
    public void set(NativeAddress address) {
        high = address.ipHigh();
        low = address.ipLow();
        port = address.port();
    }

    /** The source in a PROXY header. */
    public void set(ProxyAddresses addresses) {
        high = addresses.sourceHigh();
        low = addresses.sourceLow();
        port = addresses.sourcePort();
    }

    /** The upper half; IPv4 as an IPv4-mapped IPv6 address. */
    public long high() {
        return high;
    }

    /** The lower half. */
    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    /** As a Java object. */
    public InetSocketAddress toSocketAddress() {
        byte[] ip = ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(ip), port); // unwraps an IPv4-mapped address
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 16 bytes", e);
        }
    }

    /** {@code 127.0.0.1:4711} or {@code [::1]:4711}. */
    @Override
    public String toString() {
        return Names.of(toSocketAddress());
    }
}
