package dev.eventloop.lb;

import dev.eventloop.net.NativeAddress;
import java.net.InetAddress;
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

    /** {@code 127.0.0.1:4711} or {@code [::1]:4711}. */
    @Override
    public String toString() {
        byte[] ip = ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            InetAddress host = InetAddress.getByAddress(ip); // unwraps an IPv4-mapped address
            String text = host.getHostAddress();
            return (text.indexOf(':') < 0 ? text : "[" + text + "]") + ":" + port;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 16 bytes", e);
        }
    }
}
