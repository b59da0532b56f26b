package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** Opens the listening sockets of all workers. */
final class Listeners {
    /** Accepted sockets inherit TCP_NODELAY, so that it costs no call per connection. */
    private static final ListenOptions OPTIONS = ListenOptions.defaults().noDelay(true);

    private Listeners() {}

    /**
     * One fd a worker, each to be closed by itself: listeners of their own that share the port,
     * over which the system spreads connections, or where it can't do that (macOS, OpenBSD) or is
     * not asked to, names of the same listener, from whose backlog each worker takes what it can.
     *
     * @throws ErrnoException EADDRINUSE, EACCES, EADDRNOTAVAIL …, with a sentence for the user
     */
    static int[] open(Sockets sockets, InetSocketAddress address, int count, AcceptMode mode)
            throws ErrnoException {
        int[] fds = new int[count];
        Arrays.fill(fds, -1);
        try {
            if (count > 1 && address.getPort() != 0) {
                refuseToShare(sockets, address);
            }
            boolean one = count == 1 || mode == AcceptMode.EXCLUSIVE;
            if (one || !spread(sockets, address, fds)) {
                share(sockets, address, fds);
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

    /** False where the system has no option for it; then nothing is open yet. */
    private static boolean spread(Sockets sockets, InetSocketAddress address, int[] fds)
            throws ErrnoException {
        ListenOptions options = OPTIONS.reusePort(true);
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
     * A connection wakes whoever is asleep, or one of them if they watch exclusively; the first to
     * accept has it, the others meet EAGAIN.
     */
    private static void share(Sockets sockets, InetSocketAddress address, int[] fds)
            throws ErrnoException {
        fds[0] = sockets.listen(address, OPTIONS);
        for (int i = 1; i < fds.length; i++) {
            fds[i] = sockets.duplicate(fds[0]);
        }
    }

    /**
     * Another process of the same user that listens with SO_REUSEPORT would be no error: it would
     * silently take its share of the connections. A listener without it finds out.
     */
    private static void refuseToShare(Sockets sockets, InetSocketAddress address)
            throws ErrnoException {
        sockets.close(sockets.listen(address, OPTIONS));
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
