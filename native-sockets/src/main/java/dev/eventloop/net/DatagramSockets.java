package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * UDP sockets, and unix-domain datagram sockets: those methods of {@link Sockets} that send and
 * receive datagrams. A datagram of UDP arrives whole, twice, late or not at all, and is never
 * joined with another; udp(7). On a unix-domain socket none is lost; unix(7).
 *
 * <p>{@link Sockets#read(int, NativeBuffer)} and {@link Sockets#write(int, NativeBuffer)} work on a
 * connected socket, one datagram each. There a read of 0 bytes is an empty datagram, and not EOF.
 * {@link Sockets#connect(int, NativeAddress)} connects a socket, or changes whom it is connected
 * to.
 */
abstract sealed class DatagramSockets extends SocketAddresses permits Sockets {

    DatagramSockets(LibC libc) {
        super(libc);
    }

    /**
     * Opens a socket that receives datagrams at an address.
     *
     * @param address an internet address, or a unix-domain one, whose file is created; with port 0
     *     the kernel chooses one; see {@link Sockets#localAddress(int)}
     * @return the fd
     * @throws ErrnoException EADDRINUSE, EACCES, EADDRNOTAVAIL, EMFILE, ENFILE, EAFNOSUPPORT
     */
    public int bindDatagram(SocketAddress address) throws ErrnoException {
        try (NativeAddress encoded = NativeAddress.of(address)) {
            int fd = Errno.check(datagramSocket(encoded), "socket for", AddressText.of(address));
            int result = libc.bind(fd, encoded.address(), encoded.length());
            return checkOrClose(fd, result, "bind", address);
        }
    }

    /**
     * Opens a UDP socket that exchanges datagrams with one peer only: it gets those of others not,
     * and is told by -ECONNREFUSED if the peer's machine has no socket there. Nothing is sent yet.
     *
     * @return the fd
     * @throws ErrnoException EMFILE, ENFILE, ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT
     */
    public int connectDatagram(InetSocketAddress peer) throws ErrnoException {
        try (NativeAddress encoded = NativeAddress.of(Endpoints.reachable(peer))) {
            int fd = Errno.check(datagramSocket(encoded), "socket for", AddressText.of(peer));
            int result = libc.connect(fd, encoded.address(), encoded.length());
            return checkOrClose(fd, result, "connect to", peer);
        }
    }

    /**
     * Opens a datagram socket of the address's family, neither bound nor connected; over UDP the
     * first send binds it to a free port.
     *
     * @return the fd, or {@code -errno}
     */
    public int datagramSocket(NativeAddress address) {
        return libc.socket(address.family(), SocketConstants.SOCK_DGRAM, 0);
    }

    /**
     * Sends all bytes of the buffer as one datagram, and removes them.
     *
     * @param target whom to; null for the peer of a connected socket
     * @return bytes sent, all of them; or {@code -errno}, and the bytes stay: -EAGAIN if the send
     *     buffer is full, -EMSGSIZE above 65,507 bytes (IPv4), -ECONNREFUSED if an earlier datagram
     *     of a connected socket was refused, -EDESTADDRREQ without a target, -ENETUNREACH …
     * @throws IllegalStateException if the buffer is closed
     */
    public int send(int fd, NativeBuffer datagram, NativeAddress target) {
        int count = sendTo(fd, datagram.readAddress(), datagram.readable(), target);
        if (count > 0) {
            datagram.consumed(count);
        }
        return count;
    }

    /**
     * As {@link #send(int, NativeBuffer, NativeAddress)}, from position to limit, 64 KiB at most.
     */
    public int send(int fd, ByteBuffer datagram, NativeAddress target) {
        int length = datagram.remaining();
        int count;
        if (datagram.isDirect()) {
            long address = NativeMemory.address(datagram) + datagram.position();
            count = sendTo(fd, address, length, target);
        } else {
            Scratch scratch = Scratch.POOL.take();
            try {
                NativeBuffer copy = scratch.emptyCopy();
                copy.put(datagram.duplicate());
                count = sendTo(fd, copy.readAddress(), length, target);
            } finally {
                Scratch.POOL.give(scratch);
            }
        }
        if (count > 0) {
            datagram.position(datagram.position() + count);
        }
        return count;
    }

    /**
     * Appends the bytes of one datagram to the buffer. What it has no room for is lost, as with
     * java.nio.
     *
     * @param source becomes the sender's address; null if it does not matter
     * @return bytes received, 0 for an empty datagram; or {@code -errno}: -EAGAIN if there is none,
     *     -ECONNREFUSED if an earlier datagram of a connected socket was refused
     * @throws IllegalStateException if the buffer is closed
     */
    public int receive(int fd, NativeBuffer buffer, NativeAddress source) {
        int count = receiveFrom(fd, buffer.writeAddress(), buffer.writable(), source);
        if (count > 0) {
            buffer.produced(count);
        }
        return count;
    }

    /**
     * As {@link #receive(int, NativeBuffer, NativeAddress)}, from position to limit of a direct or
     * heap buffer.
     *
     * @throws IllegalArgumentException if the buffer is read-only; nothing is received
     */
    public int receive(int fd, ByteBuffer buffer, NativeAddress source) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException(
                    "cannot receive from fd "
                            + fd
                            + " into a read-only buffer; give a writable one");
        }
        if (buffer.isDirect()) {
            int position = buffer.position();
            long address = NativeMemory.address(buffer) + position;
            int count = receiveFrom(fd, address, buffer.remaining(), source);
            if (count > 0) {
                buffer.position(position + count);
            }
            return count;
        }
        Scratch scratch = Scratch.POOL.take();
        try {
            NativeBuffer copy = scratch.emptyCopy();
            int room = Math.min(buffer.remaining(), copy.capacity());
            int count = receiveFrom(fd, copy.writeAddress(), room, source);
            if (count > 0) {
                copy.produced(count);
                copy.get(buffer);
            }
            return count;
        } finally {
            Scratch.POOL.give(scratch);
        }
    }

    private int checkOrClose(int fd, int result, String operation, SocketAddress address)
            throws ErrnoException {
        if (result < 0) {
            libc.close(fd);
            throw Errno.exception(-result, operation, AddressText.of(address));
        }
        return fd;
    }

    private int sendTo(int fd, long address, int length, NativeAddress target) {
        return target == null
                ? libc.sendto(fd, address, length, 0, 0, 0)
                : libc.sendto(fd, address, length, 0, target.address(), target.length());
    }

    private int receiveFrom(int fd, long address, int length, NativeAddress source) {
        if (source == null) {
            return libc.recvfrom(fd, address, length, 0, 0, 0);
        }
        source.reset();
        return libc.recvfrom(fd, address, length, 0, source.address(), source.lengthAddress());
    }
}
