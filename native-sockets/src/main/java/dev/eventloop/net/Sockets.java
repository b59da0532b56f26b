package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.SocketConstants;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Sockets as int file descriptors, all of them non-blocking and close-on-exec.
 *
 * <p>What happens per byte or per connection answers {@code -errno} ({@link Errno}) and throws
 * nothing; set-up throws {@link ErrnoException}. Any thread may call any method; two threads that
 * use one fd or one buffer at a time must agree among themselves.
 */
public final class Sockets {
    /** IOV_MAX in limits.h of Linux, macOS and the BSDs; POSIX promises no more than 16. */
    private static final int MOST_GATHERED = 1024;

    private static final int IOVEC_SIZE = 2 * Long.BYTES;

    private final LibC libc;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    /** Sockets of the given kernel. */
    public Sockets(LibC libc) {
        this.libc = libc;
    }

    /** Sockets of this machine's kernel. */
    public static Sockets system() {
        return SystemSockets.INSTANCE;
    }

    /**
     * A listening TCP socket, with SO_REUSEADDR.
     *
     * @param address port 0 lets the system choose; see {@link #localAddress}
     * @throws ErrnoException from bind or listen: EADDRINUSE, EACCES (ports below 1024),
     *     EADDRNOTAVAIL; from socket: EMFILE, EAFNOSUPPORT
     */
    public int listen(InetSocketAddress address, ListenOptions options) throws ErrnoException {
        return listen((SocketAddress) address, options);
    }

    /** A listening unix-domain socket; EADDRINUSE where the path exists. */
    public int listen(UnixDomainSocketAddress address, ListenOptions options)
            throws ErrnoException {
        return listen((SocketAddress) address, options);
    }

    private int listen(SocketAddress address, ListenOptions options) throws ErrnoException {
        try (NativeAddress encoded = NativeAddress.of(address)) {
            int fd =
                    Errno.check(
                            libc.socket(encoded.family(), SocketConstants.SOCK_STREAM, 0),
                            "socket for",
                            address);
            boolean done = false;
            try {
                if (address instanceof InetSocketAddress inet) {
                    setV6Only(fd, inet, options);
                    set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEADDR, 1);
                    if (options.reusePort()) {
                        reusePort(fd, true);
                    }
                    if (options.noDelay()) {
                        noDelay(fd, true);
                    }
                }
                Errno.check(libc.bind(fd, encoded.address(), encoded.length()), "bind", address);
                Errno.check(libc.listen(fd, options.backlog()), "listen on", address);
                done = true;
                return fd;
            } finally {
                if (!done) {
                    close(fd);
                }
            }
        }
    }

    private void setV6Only(int fd, InetSocketAddress address, ListenOptions options)
            throws ErrnoException {
        boolean wildcard =
                address.getAddress() instanceof Inet6Address v6 && v6.isAnyLocalAddress();
        if (!wildcard || options.v6Only() == null) {
            return;
        }
        try {
            set(
                    fd,
                    SocketConstants.IPPROTO_IPV6,
                    SocketConstants.IPV6_V6ONLY,
                    options.v6Only() ? 1 : 0);
        } catch (ErrnoException e) {
            if (options.v6Only()) {
                throw e;
            } // OpenBSD, inet6(4): the option is always on
        }
    }

    /** A waiting connection's fd, or {@code -errno}: -EAGAIN for none, -EMFILE, -ECONNABORTED … */
    public int accept(int listenFd) {
        return libc.accept(listenFd, 0, 0);
    }

    /** As {@link #accept(int)}; also fills in who connected. */
    public int accept(int listenFd, NativeAddress peer) {
        peer.reset();
        return libc.accept(listenFd, peer.address(), peer.lengthAddress());
    }

    /**
     * Begins to connect; done when the fd is ready for WRITE, {@link #connectResult} then tells how
     * it ended.
     *
     * @throws ErrnoException what is known at once: EMFILE, ENETUNREACH, EADDRNOTAVAIL …
     */
    public int connect(InetSocketAddress address) throws ErrnoException {
        return connect((SocketAddress) address);
    }

    /** As {@link #connect(InetSocketAddress)}; ENOENT where there is no such socket. */
    public int connect(UnixDomainSocketAddress address) throws ErrnoException {
        return connect((SocketAddress) address);
    }

    private int connect(SocketAddress address) throws ErrnoException {
        try (NativeAddress encoded = NativeAddress.of(address)) {
            return Errno.check(connect(encoded), "connect to", address);
        }
    }

    /**
     * Begins to connect to an encoded address; the fd, or {@code -errno} of what failed at once.
     */
    public int connect(NativeAddress address) {
        int fd = socket(address);
        int result = fd < 0 ? fd : connect(fd, address);
        if (result < 0 && fd >= 0) {
            close(fd);
        }
        return result < 0 ? result : fd;
    }

    /** A socket for such an address, not connected yet; or {@code -errno}. */
    public int socket(NativeAddress address) {
        return libc.socket(address.family(), SocketConstants.SOCK_STREAM, 0);
    }

    /**
     * Begins to connect a socket: 0, or {@code -errno} of what failed at once. After -EAGAIN, a
     * unix-domain backlog that is full, it may be tried again: connect(2).
     */
    public int connect(int fd, NativeAddress address) {
        int result = libc.connect(fd, address.address(), address.length());
        // A signal does not stop the attempt: connect(2), EINTR, and POSIX.
        boolean underWay = result == -Errno.EINPROGRESS || result == -Errno.EINTR;
        return underWay ? 0 : result;
    }

    /** How a connect ended: 0, or the errno. Asking clears it: SO_ERROR in socket(7). */
    public int connectResult(int fd) {
        Scratch local = scratch.get();
        int result = getInt(local, fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR);
        return result < 0 ? -result : local.option.buffer().getInt(0);
    }

    /**
     * Whether a connect is over, and the connection still there. Readiness for WRITE may be
     * spurious, and {@link #connectResult} knows no error then either: golang/go#14548, #19289.
     */
    public boolean isConnected(int fd) {
        return remoteAddress(fd, scratch.get().address) >= 0;
    }

    /** Adds to the buffer: bytes, 0 at the end of the stream (or no room), or {@code -errno}. */
    public int read(int fd, NativeBuffer buffer) {
        int count = receive(fd, buffer.writeAddress(), buffer.writable());
        if (count > 0) {
            buffer.produced(count);
        }
        return count;
    }

    /** Takes from the buffer: bytes, perhaps fewer than there are, or {@code -errno}. */
    public int write(int fd, NativeBuffer buffer) {
        int count = send(fd, buffer.readAddress(), buffer.readable());
        if (count > 0) {
            buffer.consumed(count);
        }
        return count;
    }

    /**
     * Takes from several buffers in one call, in their order (gather write): bytes, perhaps fewer
     * than there are, or {@code -errno}. Pays for large buffers; small ones are sent sooner once
     * copied into one: docs/benchmarks.md.
     *
     * @param from index of the first
     * @param count how many; of those beyond {@value #MOST_GATHERED} nothing is written
     */
    public int write(int fd, NativeBuffer[] buffers, int from, int count) {
        int parts = Math.min(count, MOST_GATHERED);
        NativeMemory vector = scratch.get().vector();
        for (int i = 0; i < parts; i++) { // struct iovec { void *iov_base; size_t iov_len }
            NativeBuffer buffer = buffers[from + i];
            vector.buffer().putLong(i * IOVEC_SIZE, buffer.readAddress());
            vector.buffer().putLong(i * IOVEC_SIZE + Long.BYTES, buffer.readable());
        }
        int written = libc.writev(fd, vector.address(), parts);
        for (int left = written, i = from; left > 0; i++) {
            left -= buffers[i].skip(left);
        }
        return written;
    }

    /**
     * As {@link #read(int, NativeBuffer)}, from position to limit of a direct or heap buffer.
     *
     * @throws IllegalArgumentException if the buffer is read-only; nothing was read
     */
    public int read(int fd, ByteBuffer buffer) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException(
                    "cannot read from fd " + fd + " into a read-only buffer; give a writable one");
        }
        int length = buffer.remaining();
        int count;
        if (buffer.isDirect()) {
            count = receive(fd, NativeMemory.address(buffer) + buffer.position(), length);
            if (count > 0) {
                buffer.position(buffer.position() + count);
            }
        } else {
            NativeBuffer copy = scratch.get().emptyCopy();
            try {
                count = receive(fd, copy.writeAddress(), Math.min(length, copy.capacity()));
                if (count > 0) {
                    copy.produced(count);
                    copy.get(buffer);
                }
            } finally {
                copy.clear(); // whatever was thrown, the next call must not find these bytes
            }
        }
        return count;
    }

    /** As {@link #write(int, NativeBuffer)}, from position to limit of a direct or heap buffer. */
    public int write(int fd, ByteBuffer buffer) {
        int position = buffer.position();
        int count;
        if (buffer.isDirect()) {
            count = send(fd, NativeMemory.address(buffer) + position, buffer.remaining());
        } else {
            NativeBuffer copy = scratch.get().emptyCopy();
            try {
                copy.put(buffer.duplicate());
                count = send(fd, copy.readAddress(), copy.readable());
            } finally {
                copy.clear();
            }
        }
        if (count > 0) {
            buffer.position(position + count);
        }
        return count;
    }

    /** recv skips the file system layer that read goes through; pipes have only read. */
    private int receive(int fd, long address, int length) {
        int count = libc.recv(fd, address, length, 0);
        return count == -Errno.ENOTSOCK ? libc.read(fd, address, length) : count;
    }

    private int send(int fd, long address, int length) {
        int count = libc.send(fd, address, length, 0);
        return count == -Errno.ENOTSOCK ? libc.write(fd, address, length) : count;
    }

    /**
     * Opens a file, a directory or whatever is there, for reading. May wait for a disk.
     *
     * @throws ErrnoException ENOENT, EACCES, EMFILE, ENOTDIR, ELOOP …
     */
    public OpenFile openFile(Path path) throws ErrnoException {
        return OpenFile.open(libc, path);
    }

    /**
     * Sends bytes of a file without their coming into this process: sendfile(2), on Linux. Where
     * there is none, or the file is not of the kind that it takes, the bytes are read and written,
     * 64 KiB at most in one call. May wait for a disk, as files are never "not ready".
     *
     * @param offset of the first byte in the file
     * @param count how many bytes at most
     * @return bytes, perhaps fewer than asked for; 0 where the file has no more (it has been cut
     *     short, if {@link OpenFile#size} said otherwise); or {@code -errno}
     */
    public int sendFile(int fd, OpenFile file, long offset, int count) {
        int sent = libc.sendfile(fd, file.fd(), offset, count);
        return sent == -Errno.ENOSYS || sent == -Errno.EINVAL // sendfile(2), NOTES
                ? sendCopy(fd, file, offset, count)
                : sent;
    }

    private int sendCopy(int fd, OpenFile file, long offset, int count) {
        NativeBuffer copy = scratch.get().emptyCopy();
        int most = Math.min(count, copy.capacity());
        int read = libc.pread(file.fd(), copy.writeAddress(), most, offset);
        return read <= 0 ? read : send(fd, copy.readAddress(), read);
    }

    /** Sends FIN after what was written: shutdown(SHUT_WR). Reading goes on. */
    public void shutdownWrite(int fd) {
        libc.shutdown(fd, SocketConstants.SHUT_WR);
    }

    /** Closes with RST; what was written and not yet sent is lost. */
    public void reset(int fd) {
        Scratch local = scratch.get();
        ByteBuffer linger = local.option.buffer(); // struct linger { l_onoff = 1, l_linger = 0 }
        linger.putInt(0, 1);
        linger.putInt(Integer.BYTES, 0);
        libc.setsockopt(
                fd,
                SocketConstants.SOL_SOCKET,
                SocketConstants.SO_LINGER,
                local.option.address(),
                2 * Integer.BYTES);
        close(fd);
    }

    /** Closes the fd. The loop's {@code del} comes before. */
    public void close(int fd) {
        libc.close(fd);
    }

    /**
     * Bytes that were written and that the peer's system has not acknowledged; 0 if unknown, as
     * always on OpenBSD and DragonFly BSD.
     */
    public int unacknowledged(int fd) {
        return Math.max(0, libc.unacknowledged(fd));
    }

    /**
     * Another number for the same socket, to be closed by itself: the socket is when the last one
     * is.
     *
     * @throws ErrnoException EMFILE, EBADF
     */
    public int duplicate(int fd) throws ErrnoException {
        return Errno.check(libc.dup(fd), "dup of", "fd " + fd);
    }

    /** The address an internet socket is bound to; null where it has none. */
    public InetSocketAddress localAddress(int fd) {
        NativeAddress address = scratch.get().address;
        address.reset();
        return inet(address, libc.getsockname(fd, address.address(), address.lengthAddress()));
    }

    /**
     * As {@link #localAddress(int)}, without allocation.
     *
     * @return 0, or {@code -errno}
     */
    public int localAddress(int fd, NativeAddress local) {
        local.reset();
        return libc.getsockname(fd, local.address(), local.lengthAddress());
    }

    /**
     * The address a socket is connected to, without allocation.
     *
     * @return 0, or {@code -errno}
     */
    public int remoteAddress(int fd, NativeAddress remote) {
        remote.reset();
        return libc.getpeername(fd, remote.address(), remote.lengthAddress());
    }

    /** The address an internet socket is connected to; null where it has none. */
    public InetSocketAddress remoteAddress(int fd) {
        NativeAddress address = scratch.get().address;
        address.reset();
        return inet(address, libc.getpeername(fd, address.address(), address.lengthAddress()));
    }

    private static InetSocketAddress inet(NativeAddress address, int result) {
        boolean known = result >= 0 && address.family() != SocketConstants.AF_UNIX;
        return known && address.family() != 0
                ? (InetSocketAddress) address.toSocketAddress()
                : null;
    }

    /** Two connected stream sockets. */
    public int[] pair() throws ErrnoException {
        NativeMemory fds = scratch.get().option;
        Errno.check(
                libc.socketpair(
                        SocketConstants.AF_UNIX, SocketConstants.SOCK_STREAM, 0, fds.address()),
                "socketpair of",
                "two sockets");
        return new int[] {fds.buffer().getInt(0), fds.buffer().getInt(Integer.BYTES)};
    }

    /** A pipe: [0] is read from, [1] is written to. */
    public int[] pipe() throws ErrnoException {
        NativeMemory fds = scratch.get().option;
        Errno.check(libc.pipe(fds.address()), "pipe of", "two ends");
        return new int[] {fds.buffer().getInt(0), fds.buffer().getInt(Integer.BYTES)};
    }

    /**
     * Buffers for {@link #read(int, NativeBuffer)} and {@link #write(int, NativeBuffer)}.
     *
     * @param capacity of each, in bytes
     * @param maxFree how many free buffers are kept for the next time
     */
    public BufferPool buffers(int capacity, int maxFree) {
        return new BufferPool(libc::memory, capacity, maxFree);
    }

    /**
     * Pipes to move bytes between sockets without copying them.
     *
     * @param capacity of each, in bytes, which the system may lower to 64 KiB
     * @param most how many there may be at a time; all systems but Linux have none
     */
    public SplicePipePool splicePipes(int capacity, int most) {
        return new SplicePipePool(libc, capacity, most);
    }

    /**
     * Lets no further handshake begin at a listener, while those that are under way and those that
     * wait to be accepted come through: so that accepting until EAGAIN and then closing resets
     * nobody. Does nothing where the system has no such filter (all but Linux).
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

    /** TCP_NODELAY: small writes leave at once. */
    public void noDelay(int fd, boolean on) throws ErrnoException {
        set(fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, on ? 1 : 0);
    }

    /**
     * As {@link #noDelay}, for where it happens per connection.
     *
     * @return 0, or {@code -errno}: -EOPNOTSUPP for what is not TCP
     */
    public int sendAtOnce(int fd) {
        NativeMemory option = scratch.get().option;
        option.buffer().putInt(0, 1);
        return libc.setsockopt(
                fd,
                SocketConstants.IPPROTO_TCP,
                SocketConstants.TCP_NODELAY,
                option.address(),
                Integer.BYTES);
    }

    /** SO_KEEPALIVE: the system probes a silent peer. */
    public void keepAlive(int fd, boolean on) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE, on ? 1 : 0);
    }

    /**
     * SO_REUSEPORT, or SO_REUSEPORT_LB on FreeBSD: several listeners share the port, and the system
     * spreads connections over them. Before bind.
     *
     * @throws ErrnoException ENOPROTOOPT where one listener would get all of them: macOS, OpenBSD,
     *     FreeBSD before 12. There, let several loops watch {@link #duplicate duplicates} of one.
     */
    public void reusePort(int fd, boolean on) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT, on ? 1 : 0);
    }

    /** SO_RCVBUF in bytes; Linux takes twice that. */
    public void receiveBufferSize(int fd, int bytes) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVBUF, bytes);
    }

    /** SO_SNDBUF in bytes; Linux takes twice that. */
    public void sendBufferSize(int fd, int bytes) throws ErrnoException {
        set(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_SNDBUF, bytes);
    }

    /**
     * TCP_USER_TIMEOUT in milliseconds: how long sent bytes may stay unacknowledged.
     *
     * @throws ErrnoException ENOPROTOOPT on all but Linux
     */
    public void userTimeout(int fd, int millis) throws ErrnoException {
        set(fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_USER_TIMEOUT, millis);
    }

    private void set(int fd, int level, int name, int value) throws ErrnoException {
        NativeMemory option = scratch.get().option;
        option.buffer().putInt(0, value);
        Errno.check(
                name == SocketConstants.ABSENT
                        ? -Errno.ENOPROTOOPT
                        : libc.setsockopt(fd, level, name, option.address(), Integer.BYTES),
                "setsockopt " + level + "/" + name + " of",
                "fd " + fd);
    }

    private int getInt(Scratch local, int fd, int level, int name) {
        local.option.buffer().putInt(Long.BYTES, Integer.BYTES);
        return libc.getsockopt(
                fd, level, name, local.option.address(), local.option.address() + Long.BYTES);
    }

    private static final class SystemSockets {
        static final Sockets INSTANCE = new Sockets(LibC.system());
    }

    /** What a thread hands to the kernel for the time of one call. */
    private static final class Scratch {
        private static final int COPY_SIZE = 64 * 1024;

        /** Room for two ints, and for a socklen_t behind them. */
        final NativeMemory option = NativeMemory.allocate(2 * Long.BYTES);

        final NativeAddress address = new NativeAddress();
        private NativeBuffer copy;
        private NativeMemory vector;

        /** Made when several buffers are first written at once. */
        NativeMemory vector() {
            if (vector == null) {
                vector = NativeMemory.allocate(MOST_GATHERED * IOVEC_SIZE);
            }
            return vector;
        }

        /** Made when a heap buffer is first used; empty, whatever an earlier call left in it. */
        NativeBuffer emptyCopy() {
            if (copy == null) {
                copy = NativeBuffer.allocate(COPY_SIZE);
            }
            copy.clear();
            return copy;
        }
    }
}
