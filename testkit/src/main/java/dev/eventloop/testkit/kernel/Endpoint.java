package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.SocketConstants;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An address of a socket: IP and port, or the path of a unix-domain socket.
 *
 * @param inet null for a unix-domain address
 * @param path null for an internet address; empty for a unix-domain socket without a name
 */
record Endpoint(InetSocketAddress inet, String path) {
    /**
     * Linux has a 16-bit family; other systems have an 8-bit length and an 8-bit family:
     * sys/socket.h.
     */
    private static final boolean HAS_LENGTH = !System.getProperty("os.name").equals("Linux");

    private static final Endpoint NAMELESS = new Endpoint(null, "");

    static Endpoint inet(InetAddress host, int port) {
        return new Endpoint(new InetSocketAddress(host, port), null);
    }

    static Endpoint nameless() {
        return NAMELESS;
    }

    /** AF_INET, AF_INET6 or AF_UNIX. */
    int family() {
        if (inet == null) {
            return SocketConstants.AF_UNIX;
        }
        return inet.getAddress() instanceof Inet4Address
                ? SocketConstants.AF_INET
                : SocketConstants.AF_INET6;
    }

    InetAddress host() {
        return inet.getAddress();
    }

    int port() {
        return inet.getPort();
    }

    /** Decodes a struct sockaddr; null if it is invalid. */
    static Endpoint read(ByteBuffer sockaddr) {
        if (sockaddr.remaining() < 2) {
            return null;
        }
        int family = HAS_LENGTH ? sockaddr.get(1) : sockaddr.getShort(0);
        if (family == SocketConstants.AF_UNIX) {
            byte[] path = new byte[sockaddr.remaining() - 2];
            sockaddr.get(2, path);
            int end = 0;
            while (end < path.length && path[end] != 0) {
                end++;
            }
            return new Endpoint(null, new String(path, 0, end, StandardCharsets.UTF_8));
        }
        boolean v4 = family == SocketConstants.AF_INET;
        boolean v6 = family == SocketConstants.AF_INET6;
        if ((!v4 && !v6) || sockaddr.remaining() < (v4 ? 16 : 28)) {
            return null;
        }
        byte[] ip = new byte[v4 ? 4 : 16];
        sockaddr.get(v4 ? 4 : 8, ip);
        int port = Short.toUnsignedInt(bigEndian(sockaddr).getShort(2));
        try {
            return inet(InetAddress.getByAddress(ip), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Encodes a struct sockaddr, truncated to the buffer; its full length in bytes. */
    int write(ByteBuffer sockaddr) {
        byte[] encoded = encode();
        sockaddr.put(0, encoded, 0, Math.min(encoded.length, sockaddr.capacity()));
        return encoded.length;
    }

    private byte[] encode() {
        byte[] encoded;
        if (inet == null) {
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            encoded = new byte[name.length == 0 ? 2 : 2 + name.length + 1];
            System.arraycopy(name, 0, encoded, 2, name.length);
        } else {
            byte[] ip = host().getAddress();
            encoded = new byte[ip.length == 4 ? 16 : 28];
            ByteBuffer.wrap(encoded).putShort(2, (short) port());
            System.arraycopy(ip, 0, encoded, ip.length == 4 ? 4 : 8, ip.length);
        }
        ByteBuffer head = ByteBuffer.wrap(encoded).order(ByteOrder.nativeOrder());
        if (HAS_LENGTH) {
            head.put(0, (byte) encoded.length).put(1, (byte) family());
        } else {
            head.putShort(0, (short) family());
        }
        return encoded;
    }

    private static ByteBuffer bigEndian(ByteBuffer buffer) {
        return buffer.duplicate().order(ByteOrder.BIG_ENDIAN);
    }

    /** Whether a listener at this address gets connections to {@code target}. */
    boolean covers(Endpoint target) {
        if (port() != target.port()) {
            return false;
        }
        return host().isAnyLocalAddress()
                ? family() == SocketConstants.AF_INET6 || target.family() == family()
                : Arrays.equals(host().getAddress(), target.host().getAddress());
    }

    @Override
    public String toString() {
        return inet == null ? "unix:" + path : inet.toString();
    }
}
