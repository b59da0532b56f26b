package dev.eventloop.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;

/** Addresses as people write them; IPv6 in the form of RFC 5952. Looks nothing up. */
public final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    /**
     * {@code 127.0.0.1:80}, {@code [::1]:80}, {@code localhost:80} if the name is not resolved, or
     * the path of a unix-domain socket.
     */
    public static String of(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return address.toString();
        }
        return inet.isUnresolved()
                ? of(inet.getHostString(), inet.getPort())
                : of(of(inet.getAddress()), inet.getPort());
    }

    /** {@code localhost:80}; an IPv6 address is put in brackets, and otherwise left as it is. */
    public static String of(String host, int port) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** {@code 127.0.0.1}, {@code ::1} or {@code fe80::1%eth0}. */
    public static String of(InetAddress address) {
        String text = address.getHostAddress();
        if (!(address instanceof Inet6Address)) {
            return text;
        }
        int zone = text.indexOf('%');
        return ipv6(address.getAddress()) + (zone < 0 ? "" : text.substring(zone));
    }

    private static String ipv6(byte[] ip) {
        ShortBuffer groups = ByteBuffer.wrap(ip).asShortBuffer();
        int gap = longestRunOfZeroes(groups);
        int end = gap + zeroesFrom(groups, gap);
        boolean isShortened = end - gap > 1; // RFC 5952, 4.2.2
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (isShortened && i == gap) {
                text.append("::");
                i = end - 1;
            } else {
                boolean isFirst = text.length() == 0 || text.charAt(text.length() - 1) == ':';
                text.append(isFirst ? "" : ":");
                text.append(Integer.toHexString(Short.toUnsignedInt(groups.get(i))));
            }
        }
        return text.toString();
    }

    /** Where it begins; the first of several that are equally long. */
    private static int longestRunOfZeroes(ShortBuffer groups) {
        int longest = 0;
        for (int i = 1; i < GROUPS; i++) {
            longest = zeroesFrom(groups, i) > zeroesFrom(groups, longest) ? i : longest;
        }
        return longest;
    }

    private static int zeroesFrom(ShortBuffer groups, int index) {
        int end = index;
        while (end < GROUPS && groups.get(end) == 0) {
            end++;
        }
        return end - index;
    }
}
