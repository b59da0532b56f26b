package dev.eventloop.lb.simulation;

import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes PROXY headers as haproxy's doc/proxy-protocol.txt has them: those that simulated clients
 * send, and those that simulated backends expect.
 */
final class ProxyHeaders {
    private static final byte[] SIGNATURE = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    private ProxyHeaders() {}

    /** Both addresses are of the same family; an IPv6 address is ::1. */
    static byte[] of(ProxyProtocol version, InetSocketAddress source, InetSocketAddress target) {
        boolean v6 = source.getAddress() instanceof Inet6Address;
        if (version == ProxyProtocol.V1) {
            return ascii(
                    "PROXY TCP"
                            + (v6 ? "6 " : "4 ")
                            + text(source.getAddress())
                            + " "
                            + text(target.getAddress())
                            + " "
                            + source.getPort()
                            + " "
                            + target.getPort()
                            + "\r\n");
        }
        byte[] from = source.getAddress().getAddress();
        byte[] to = target.getAddress().getAddress();
        ByteBuffer addresses = ByteBuffer.allocate(2 * from.length + 4).put(from).put(to);
        addresses.putShort((short) source.getPort()).putShort((short) target.getPort());
        return binary(PROXY, v6 ? TCP6 : TCP4, addresses.array());
    }

    /** Without addresses. */
    static byte[] unknown(ProxyProtocol version) {
        return version == ProxyProtocol.V1
                ? ascii("PROXY UNKNOWN\r\n")
                : binary(LOCAL, 0, new byte[0]);
    }

    /** Of version 1, with a word that no header has. */
    static byte[] malformed() {
        return ascii("PROXY TCP5 127.0.0.1 127.0.0.1 1 2\r\n");
    }

    private static byte[] binary(int command, int family, byte[] addresses) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(command);
        header.write(family);
        header.write(0);
        header.write(addresses.length);
        header.writeBytes(addresses);
        return header.toByteArray();
    }

    private static String text(InetAddress address) {
        return address instanceof Inet6Address ? "::1" : address.getHostAddress();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
