package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The set-up calls of {@link Sockets}: they open fds. */
final class Endpoints {
    private final LibC libc;
    private final Sockets sockets;

    Endpoints(LibC libc, Sockets sockets) {
        this.libc = libc;
        this.sockets = sockets;
    }

    int listen(SocketAddress address, ListenOptions options) throws ErrnoException {
        int fd = bind(address, options);
        boolean done = false;
        try {
            listen(fd, address, options);
            done = true;
            return fd;
        } finally {
            if (!done) {
                libc.close(fd);
            }
        }
    }

    /**
     * @param addressOrNull for the message; null if the fd has none
     */
    void listen(int fd, SocketAddress addressOrNull, ListenOptions options) throws ErrnoException {
        String where = addressOrNull == null ? "fd " + fd : AddressText.of(addressOrNull);
        Errno.check(libc.listen(fd, options.backlog()), "listen on", where);
    }

    int bind(SocketAddress address, ListenOptions options) throws ErrnoException {
        try (NativeAddress encoded = NativeAddress.of(address)) {
            int fd = Errno.check(sockets.socket(encoded), "socket for", AddressText.of(address));
            boolean done = false;
            try {
                if (address instanceof InetSocketAddress inet) {
                    prepare(fd, inet, options);
                }
                Errno.check(
                        libc.bind(fd, encoded.address(), encoded.length()),
                        "bind",
                        AddressText.of(address));
                done = true;
                return fd;
            } finally {
                if (!done) {
                    libc.close(fd);
                }
            }
        }
    }

    private void prepare(int fd, InetSocketAddress address, ListenOptions options)
            throws ErrnoException {
        boolean wildcard =
                address.getAddress() instanceof Inet6Address v6 && v6.isAnyLocalAddress();
        if (wildcard && options.v6Only() != null) {
            sockets.v6Only(fd, options.v6Only());
        }
        sockets.reuseAddress(fd);
        if (options.reusePort()) {
            sockets.reusePort(fd, true);
        }
        if (options.noDelay()) {
            sockets.noDelay(fd, true);
        }
    }

    int connect(SocketAddress address) throws ErrnoException {
        try (NativeAddress encoded = NativeAddress.of(reachable(address))) {
            return Errno.check(sockets.connect(encoded), "connect to", AddressText.of(address));
        }
    }

    /** The loopback address in place of the wildcard, which not every system connects to. */
    static SocketAddress reachable(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)
                || inet.isUnresolved()
                || !inet.getAddress().isAnyLocalAddress()) {
            return address;
        }
        boolean v4 = inet.getAddress() instanceof Inet4Address;
        return new InetSocketAddress(v4 ? "127.0.0.1" : "::1", inet.getPort());
    }

    int[] pair() throws ErrnoException {
        Scratch scratch = Scratch.POOL.take();
        try {
            NativeMemory fds = scratch.option;
            Errno.check(
                    libc.socketpair(
                            SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM, 0, fds.address()),
                    "socketpair of",
                    "two sockets");
            return twoInts(fds);
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    int[] pipe() throws ErrnoException {
        Scratch scratch = Scratch.POOL.take();
        try {
            NativeMemory fds = scratch.option;
            Errno.check(libc.pipe(fds.address()), "pipe of", "two ends");
            return twoInts(fds);
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    private static int[] twoInts(NativeMemory fds) {
        return new int[] {fds.buffer().getInt(0), fds.buffer().getInt(Integer.BYTES)};
    }
}
