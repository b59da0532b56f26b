package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;

/**
 * The options and the send queue of a socket: those methods of {@link Sockets} that end in
 * setsockopt(2), getsockopt(2) or ioctl(2). Any thread.
 */
abstract sealed class SocketOptions permits SocketAddresses {
    final LibC libc;

    SocketOptions(LibC libc) {
        this.libc = libc;
    }

    /**
     * TCP_NODELAY: small writes are sent at once instead of waiting for the peer's ACK (Nagle's
     * algorithm).
     *
     * @throws ErrnoException EOPNOTSUPP or ENOPROTOOPT if the socket is not TCP; EBADF, ENOTSOCK
     */
    public void noDelay(int fd, boolean on) throws ErrnoException {
        set(fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, on ? 1 : 0);
    }

    /**
     * Turns TCP_NODELAY on, as {@link #noDelay}; for code that runs once per connection and must
     * not allocate an exception.
     *
     * @return 0, or {@code -errno}: -EOPNOTSUPP or -ENOPROTOOPT if the socket is not TCP
     */
    public int tryNoDelay(int fd) {
        return trySet(fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, 1);
    }

    /**
     * SO_KEEPALIVE: the kernel probes a peer that is silent, after two hours by default (tcp(7)).
     *
     * @throws ErrnoException EBADF, ENOTSOCK
     */
    public void keepAlive(int fd, boolean on) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE, on ? 1 : 0);
    }

    /**
     * SO_REUSEPORT, or SO_REUSEPORT_LB on FreeBSD: several listeners share a port, and the kernel
     * distributes connections among them. Set it before bind.
     *
     * @throws ErrnoException ENOPROTOOPT on macOS, OpenBSD and FreeBSD before 12, where one
     *     listener would get all connections. There, let several loops watch {@link
     *     Sockets#duplicate duplicates} of one listener.
     */
    public void reusePort(int fd, boolean on) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT, on ? 1 : 0);
    }

    /**
     * SO_RCVBUF, the size of the receive buffer.
     *
     * @param bytes Linux doubles the number, socket(7), and limits it: sysctl net.core.rmem_max
     * @throws ErrnoException EBADF, ENOTSOCK; ENOBUFS on macOS and the BSDs if the number is above
     *     the limit
     */
    public void receiveBufferSize(int fd, int bytes) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVBUF, bytes);
    }

    /**
     * SO_SNDBUF, the size of the send buffer.
     *
     * @param bytes Linux doubles the number, socket(7), and limits it: sysctl net.core.wmem_max
     * @throws ErrnoException EBADF, ENOTSOCK; ENOBUFS on macOS and the BSDs if the number is above
     *     the limit
     */
    public void sendBufferSize(int fd, int bytes) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_SNDBUF, bytes);
    }

    /**
     * TCP_USER_TIMEOUT: how long sent bytes may stay unacknowledged before the kernel ends the
     * connection with ETIMEDOUT.
     *
     * @param millis 0 for the kernel's default
     * @throws ErrnoException ENOPROTOOPT on every system but Linux
     */
    public void userTimeout(int fd, int millis) throws ErrnoException {
        set(fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_USER_TIMEOUT, millis);
    }

    /**
     * Makes a listener ignore SYNs. Handshakes that have begun complete, and connections in the
     * backlog stay: accepting until -EAGAIN and then closing the listener resets no client. Does
     * nothing on systems without SO_ATTACH_FILTER, which are all but Linux.
     */
    public void dropHandshakes(int listenFd) {
        if (SocketConstants.SO_ATTACH_FILTER == SocketConstants.ABSENT) {
            return;
        }
        try (NativeMemory filter = HandshakeFilter.program()) {
            libc.setsockopt(
                    listenFd,
                    SocketConstants.SOL_SOCKET,
                    SocketConstants.SO_ATTACH_FILTER,
                    filter.address(),
                    HandshakeFilter.SIZE);
        }
    }

    /** Ends {@link #dropHandshakes}; does nothing if it is not in effect. */
    public void takeHandshakes(int listenFd) {
        if (SocketConstants.SO_DETACH_FILTER != SocketConstants.ABSENT) {
            trySet(listenFd, SocketConstants.SOL_SOCKET, SocketConstants.SO_DETACH_FILTER, 0);
        }
    }

    /** Whether it is a socket that listens: SO_ACCEPTCONN, socket(7). */
    public boolean isListening(int fd) {
        return get(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ACCEPTCONN) > 0;
    }

    /** Whether it is an IPv6 socket that takes no IPv4 clients: IPV6_V6ONLY, ipv6(7). */
    public boolean isV6Only(int fd) {
        return get(fd, SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_V6ONLY) > 0;
    }

    /**
     * Bytes that were written and that the peer's kernel has not acknowledged; 0 if unknown, as
     * always on OpenBSD and DragonFly BSD.
     */
    public int unacknowledged(int fd) {
        return Math.max(0, libc.unacknowledged(fd));
    }

    /** IPV6_V6ONLY, ipv6(7). */
    void v6Only(int fd, boolean on) throws ErrnoException {
        try {
            set(fd, SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_V6ONLY, on ? 1 : 0);
        } catch (ErrnoException e) {
            if (on) {
                throw e;
            } // OpenBSD, inet6(4): the option is always on
        }
    }

    /** SO_REUSEADDR: bind while connections of an earlier listener are in TIME_WAIT. */
    void reuseAddress(int fd) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEADDR, 1);
    }

    /** SO_LINGER with a time of 0: close sends RST. */
    void lingerZero(int fd) {
        Scratch scratch = Scratch.POOL.take();
        try { // struct linger { l_onoff = 1, l_linger = 0 }
            scratch.option.buffer().putInt(0, 1).putInt(Integer.BYTES, 0);
            libc.setsockopt(
                    fd,
                    SocketConstants.SOL_SOCKET,
                    SocketConstants.SO_LINGER,
                    scratch.option.address(),
                    2 * Integer.BYTES);
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    /** SO_ERROR, which the kernel clears as it is read: a positive errno, or 0. */
    int pendingError(int fd) {
        int result = get(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR);
        return Math.abs(result);
    }

    /** The value of an option that is an int and not negative, or {@code -errno}. */
    private int get(int fd, int level, int name) {
        Scratch scratch = Scratch.POOL.take();
        try {
            NativeMemory option = scratch.option;
            option.buffer().putInt(Long.BYTES, Integer.BYTES);
            int result =
                    libc.getsockopt(
                            fd, level, name, option.address(), option.address() + Long.BYTES);
            return result < 0 ? result : option.buffer().getInt(0);
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    private void set(int fd, int level, int name, int value) throws ErrnoException {
        int result =
                name == SocketConstants.ABSENT
                        ? -Errno.ENOPROTOOPT
                        : trySet(fd, level, name, value);
        Errno.check(result, "setsockopt " + level + "/" + name + " of", "fd " + fd);
    }

    private int trySet(int fd, int level, int name, int value) {
        Scratch scratch = Scratch.POOL.take();
        try {
            scratch.option.buffer().putInt(0, value);
            return libc.setsockopt(fd, level, name, scratch.option.address(), Integer.BYTES);
        } finally {
            Scratch.POOL.give(scratch);
        }
    }
}
