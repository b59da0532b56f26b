package dev.eventloop.lb.admin;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.Names;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * The socket of an admin port, open before the load balancer starts: if its address is in use, no
 * client has connected yet. Requests wait in its backlog until {@link #serve}. Not thread-safe.
 */
public final class AdminListener implements AutoCloseable {
    private static final String WHAT = "the admin socket";

    private final Admission admission;
    private final int fd;
    private final SocketAddress address;

    /** Null for an internet address. */
    private final UnixListener unix;

    private boolean isServed;

    private AdminListener(Admission admission, int fd, SocketAddress address, UnixListener unix) {
        this.admission = admission;
        this.fd = fd;
        this.address = address;
        this.unix = unix;
    }

    /**
     * As {@link AdminServer#start(LoadBalancer, InetSocketAddress, String)}, but answers nothing
     * yet.
     */
    public static AdminListener open(InetSocketAddress address, String tokenOrNull)
            throws IOException {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "the host " + address.getHostString() + " of the admin port is unknown");
        }
        Admission admission = new Admission(address, tokenOrNull);
        int fd = listen(address);
        return new AdminListener(admission, fd, Sockets.system().localAddress(fd), null);
    }

    /**
     * As {@link AdminServer#start(LoadBalancer, UnixDomainSocketAddress, String)}, but answers
     * nothing yet.
     */
    public static AdminListener open(UnixDomainSocketAddress address, String tokenOrNull)
            throws IOException {
        Admission admission = new Admission(address, tokenOrNull);
        UnixListener unix = UnixListener.open(WHAT, address);
        return new AdminListener(admission, unix.fd(), address, unix);
    }

    /**
     * As {@link #open(InetSocketAddress, String)} or {@link #open(UnixDomainSocketAddress,
     * String)}, with a socket that another process has opened there.
     */
    public static AdminListener inherit(SocketAddress address, String tokenOrNull, int fd)
            throws IOException {
        if (address instanceof UnixDomainSocketAddress unix) {
            Admission admission = new Admission(unix, tokenOrNull);
            return new AdminListener(admission, fd, unix, UnixListener.inherit(WHAT, unix, fd));
        }
        Admission admission = new Admission((InetSocketAddress) address, tokenOrNull);
        return new AdminListener(admission, fd, Sockets.system().localAddress(fd), null);
    }

    private static int listen(InetSocketAddress address) throws IOException {
        try {
            return Sockets.system().listen(address, ListenOptions.defaults());
        } catch (ErrnoException e) {
            throw new IOException(
                    "the admin port cannot listen on " + Names.of(address) + ": " + e.getMessage(),
                    e);
        }
    }

    /** For a process that takes it over. */
    public int fd() {
        return fd;
    }

    /**
     * Starts to answer for this load balancer. The server closes the socket.
     *
     * @param reloadingOrNull for {@code POST /api/v1/reload}; null refuses it
     * @throws IllegalStateException if there is a server already
     */
    public AdminServer serve(LoadBalancer loadBalancer, Reloading reloadingOrNull)
            throws IOException {
        if (isServed) {
            throw new IllegalStateException("the admin port has a server already");
        }
        AdminServer server =
                AdminServer.start(loadBalancer, reloadingOrNull, admission, fd, address, unix);
        isServed = true;
        return server;
    }

    /** Closes the socket if it has no server. Idempotent. */
    @Override
    public void close() {
        if (!isServed) {
            isServed = true;
            Sockets.system().close(fd);
            if (unix != null) {
                unix.close();
            }
        }
    }
}
