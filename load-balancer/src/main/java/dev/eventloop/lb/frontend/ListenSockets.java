package dev.eventloop.lb.frontend;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.Names;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/** Opens the listening sockets of all workers. */
public final class ListenSockets {
    /** Accepted sockets inherit TCP_NODELAY, so that it costs no call per connection. */
    private static final ListenOptions OPTIONS = ListenOptions.defaults().noDelay(true);

    private ListenSockets() {}

    /**
     * Opens one fd per worker; each worker closes its own. With {@link AcceptMode#REUSEPORT} each
     * is a listener, and the kernel distributes connections over them. Where it cannot (macOS,
     * OpenBSD), or with {@link AcceptMode#EXCLUSIVE}, they are duplicates of one listener, and the
     * workers accept from its backlog.
     *
     * @param v6Only whether an IPv6 socket takes no IPv4 clients
     * @throws ErrnoException EADDRINUSE, EACCES, EADDRNOTAVAIL …, with a sentence for the user
     */
    public static int[] open(
            Sockets sockets, InetSocketAddress address, int count, AcceptMode mode, boolean v6Only)
            throws ErrnoException {
        ListenOptions options = OPTIONS.v6Only(v6Only);
        int[] fds = new int[count];
        Arrays.fill(fds, -1);
        try {
            if (count > 1 && address.getPort() != 0) {
                refuseToShare(sockets, address, options);
            }
            boolean one = count == 1 || mode == AcceptMode.EXCLUSIVE;
            if (one || !spread(sockets, address, fds, options)) {
                share(sockets, address, fds, options);
            }
            return fds;
        } catch (ErrnoException e) {
            for (int fd : fds) {
                if (fd >= 0) {
                    sockets.close(fd);
                }
            }
            throw explained(e, address);
        }
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

    /** Opens a listener per worker; false, with none open, if the kernel has no option for it. */
    private static boolean spread(
            Sockets sockets, InetSocketAddress address, int[] fds, ListenOptions plain)
            throws ErrnoException {
        ListenOptions options = plain.reusePort(true);
        try {
            fds[0] = sockets.listen(address, options);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOPROTOOPT) {
                return false;
            }
            throw e;
        }
        int port = sockets.localAddress(fds[0]).getPort();
        for (int i = 1; i < fds.length; i++) {
            fds[i] = sockets.listen(new InetSocketAddress(address.getAddress(), port), options);
        }
        return true;
    }

    /**
     * A connection wakes all workers that wait, or one of them with EPOLLEXCLUSIVE; the first to
     * accept gets it, the others get EAGAIN.
     */
    private static void share(
            Sockets sockets, InetSocketAddress address, int[] fds, ListenOptions options)
            throws ErrnoException {
        fds[0] = sockets.listen(address, options);
        for (int i = 1; i < fds.length; i++) {
            fds[i] = sockets.duplicate(fds[0]);
        }
    }

    /**
     * With SO_REUSEPORT, bind succeeds even if another process of the same user listens on the
     * port, which would then silently get a share of the connections. A bind without it detects
     * that.
     */
    private static void refuseToShare(
            Sockets sockets, InetSocketAddress address, ListenOptions options)
            throws ErrnoException {
        sockets.close(sockets.listen(address, options));
    }

    private static ErrnoException explained(ErrnoException e, InetSocketAddress address) {
        String advice = "";
        if (e.errno() == Errno.EADDRINUSE) {
            advice = "; stop the program that listens there, or choose another port";
        } else if (e.errno() == Errno.EACCES) {
            advice = "; ports below 1024 need root or CAP_NET_BIND_SERVICE";
        } else if (e.errno() == Errno.EADDRNOTAVAIL) {
            advice = "; it must be an address of this machine";
        }
        String where = Names.of(address);
        return new ErrnoException(
                e.operation(),
                e.errno(),
                e.errnoName(),
                "cannot listen on "
                        + where
                        + ": "
                        + Errno.description(e.errno())
                        + " ("
                        + e.errnoName()
                        + ")"
                        + advice);
    }
}
