package dev.eventloop.lb.access;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;

/** Whether a connect to an address reaches a listening socket of this machine. */
public final class Reach {
    private Reach() {}

    /** Which of these addresses a connect to {@code target} reaches; null for none. */
    public static InetSocketAddress find(List<InetSocketAddress> listening, SocketAddress target) {
        if (!(target instanceof InetSocketAddress inet)) {
            return null;
        }
        for (InetSocketAddress own : listening) {
            if (own.getPort() == inet.getPort()
                    && own.getPort() != 0
                    && isReached(
                            own.getAddress(), needsV6Only(own, listening), inet.getAddress())) {
                return own;
            }
        }
        return null;
    }

    /**
     * Whether a connect to {@code target} reaches a listener on {@code own}, if the ports are the
     * same.
     *
     * @param v6Only whether {@code ::} takes no IPv4 clients
     */
    public static boolean isReached(InetAddress own, boolean v6Only, InetAddress target) {
        // connect(2) to the unspecified address reaches the loopback address
        return own.equals(target)
                || (isOfThisMachine(target) && includes(own, v6Only, target))
                || (target.isAnyLocalAddress()
                        && own.isLoopbackAddress()
                        && own.getClass() == target.getClass());
    }

    /** Whether {@code own} is a wildcard address of the other one's family, or of both. */
    public static boolean includes(InetAddress own, boolean v6Only, InetAddress other) {
        return own.isAnyLocalAddress()
                && (own.getClass() == other.getClass() || (own instanceof Inet6Address && !v6Only));
    }

    /**
     * Whether a socket on {@code ::} must not accept IPv4 clients, because an IPv4 socket listens
     * on the same port: IPV6_V6ONLY in ipv6(7). Without it the second bind fails with EADDRINUSE.
     */
    public static boolean needsV6Only(
            InetSocketAddress address, List<InetSocketAddress> addresses) {
        return address.getAddress() instanceof Inet6Address
                && addresses.stream()
                        .anyMatch(
                                other ->
                                        other.getAddress() instanceof Inet4Address
                                                && other.getPort() == address.getPort());
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
