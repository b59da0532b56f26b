package dev.eventloop.lb.pool;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;

/**
 * Starts connects to backends, those of clients and those of health checks. Confined to one thread
 * at a time.
 *
 * <p>A connect may meet itself. Where nobody listens on the destination, and the destination is an
 * address of this machine with a port of the local range, the kernel may choose that very port as
 * the source. Then the socket receives its own SYN, which is a simultaneous open (RFC 9293, section
 * 3.5), and is connected to itself: a client would get its own bytes back, a health check would
 * pass, and the server could not bind its port again. Such a connect counts as refused.
 */
public final class Connector implements AutoCloseable {
    /** As an IPv4-mapped IPv6 address. */
    private static final long UNSPECIFIED_IPV4 = 0xffff_0000_0000L;

    private final Sockets sockets;
    private final NativeAddress local = new NativeAddress();

    public Connector(Sockets sockets) {
        this.sockets = sockets;
    }

    /** Opens a socket for a backend: the fd, or {@code -errno}. */
    public int socket(NativeAddress address) {
        return sockets.socket(address);
    }

    /**
     * Opens a socket and starts to connect it; parameters as in {@link #connect}.
     *
     * @return the fd, or {@code -errno}
     */
    int open(NativeAddress address, boolean mayMeetItself) {
        int fd = socket(address);
        int result = fd < 0 ? fd : connect(fd, address, mayMeetItself);
        if (result == -Errno.EAGAIN) {
            sockets.close(fd);
        }
        return result < 0 ? result : fd;
    }

    /**
     * Starts to connect a socket. If that fails at once, the socket is closed, except for -EAGAIN:
     * see {@link Sockets#connect(int, NativeAddress)}.
     *
     * @param mayMeetItself {@link Backend#mayMeetItself}: costs a getsockname(2)
     * @return 0, or {@code -errno}
     */
    public int connect(int fd, NativeAddress address, boolean mayMeetItself) {
        int result;
        boolean metItself;
        try {
            result = sockets.connect(fd, address);
            metItself = result == 0 && mayMeetItself && hasMetItself(fd, address);
        } catch (Throwable e) { // nobody else knows the socket yet
            sockets.close(fd);
            throw e;
        }
        if (metItself) {
            sockets.reset(fd); // a FIN would keep the port in TIME_WAIT
            return -Errno.ECONNREFUSED;
        }
        if (result < 0 && result != -Errno.EAGAIN) {
            sockets.close(fd);
        }
        return result;
    }

    /** Whether the source is the destination; the kernel has chosen the source by now. */
    private boolean hasMetItself(int fd, NativeAddress address) {
        if (sockets.localAddress(fd, local) < 0 || local.port() != address.port()) {
            return false;
        }
        boolean same = local.ipLow() == address.ipLow() && local.ipHigh() == address.ipHigh();
        return same || isUnspecified(address);
    }

    /** 0.0.0.0 and :: stand for this machine's loopback address in a connect: ip(7). */
    private static boolean isUnspecified(NativeAddress address) {
        return address.ipHigh() == 0
                && (address.ipLow() == 0 || address.ipLow() == UNSPECIFIED_IPV4);
    }

    @Override
    public void close() {
        local.close();
    }
}
