package dev.eventloop.lb;

import dev.eventloop.lb.proxyprotocol.ProxyAddresses;
import dev.eventloop.net.NativeAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Who a connection comes from, kept without allocation until somebody wants to read it. */
final class ClientAddress {
    private long high;
    private long low;
    private int port;

    void set(NativeAddress address) {
        high = address.ipHigh();
        low = address.ipLow();
        port = address.port();
    }

    /** As a PROXY header tells it. */
    void set(ProxyAddresses addresses) {
        high = addresses.sourceHigh();
        low = addresses.sourceLow();
        port = addresses.sourcePort();
    }

    /** The upper half; IPv4 as an IPv4-mapped IPv6 address. */
    long high() {
        return high;
    }

    long low() {
        return low;
    }

    int port() {
        return port;
    }

    /** As Java has it. */
    InetSocketAddress toSocketAddress() {
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
