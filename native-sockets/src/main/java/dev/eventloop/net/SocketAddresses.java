package dev.eventloop.net;

import dev.eventloop.libc.LibC;
import java.net.InetSocketAddress;

/**
 * The addresses of a socket: those methods of {@link Sockets} that end in getsockname(2) or
 * getpeername(2). Any thread.
 */
abstract sealed class SocketAddresses extends SocketOptions permits DatagramSockets {

    SocketAddresses(LibC libc) {
        super(libc);
    }

    /** The local address of a TCP or UDP socket; null if it is not bound, or neither. */
    public InetSocketAddress localAddress(int fd) {
        Scratch scratch = Scratch.POOL.take();
        try {
            return inet(scratch.address, localAddress(fd, scratch.address));
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    /** Stores the local address in {@code local}, without allocation: 0, or {@code -errno}. */
    public int localAddress(int fd, NativeAddress local) {
        local.reset();
        return libc.getsockname(fd, local.address(), local.lengthAddress());
    }

    /** The peer's address of a TCP or UDP socket; null if it is not connected, or neither. */
    public InetSocketAddress remoteAddress(int fd) {
        Scratch scratch = Scratch.POOL.take();
        try {
            return inet(scratch.address, remoteAddress(fd, scratch.address));
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    /** Stores the peer's address in {@code remote}, without allocation: 0, or {@code -errno}. */
    public int remoteAddress(int fd, NativeAddress remote) {
        remote.reset();
        return libc.getpeername(fd, remote.address(), remote.lengthAddress());
    }

    /**
     * Whether the socket is connected. Needed where readiness for WRITE may be spurious, since
     * {@link Sockets#connectResult} is 0 then too: golang/go#14548, golang/go#19289.
     */
    public boolean isConnected(int fd) {
        Scratch scratch = Scratch.POOL.take();
        try {
            return remoteAddress(fd, scratch.address) >= 0;
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    private static InetSocketAddress inet(NativeAddress address, int result) {
        return result >= 0 && address.isInternet()
                ? (InetSocketAddress) address.toSocketAddress()
                : null;
    }
}
