package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.SocketConstants;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Sockets as int file descriptors, all of them non-blocking and close-on-exec.
 *
 * <p>Calls that run per connection or per transfer return {@code -errno} ({@link Errno}) and throw
 * no {@link ErrnoException}; set-up calls throw one. Any thread may call any method; two threads
 * that use the same fd or the same buffer must synchronize.
 */
public final class Sockets extends DatagramSockets {
    private final Transfers transfers;
    private final Endpoints endpoints;

    /** Sockets of the given kernel. */
    public Sockets(LibC libc) {
        super(libc);
        this.transfers = new Transfers(libc);
        this.endpoints = new Endpoints(libc, this);
    }

    /** Sockets of this machine's kernel. */
    public static Sockets system() {
        return SystemSockets.INSTANCE;
    }

    /**
     * Opens a listening TCP socket, with SO_REUSEADDR. {@code 0.0.0.0} takes IPv4 clients, and
     * {@code ::} those of IPv6 and, unless {@link ListenOptions#v6Only} says otherwise, of IPv4,
     * also on a machine whose interfaces have no IPv6 address. A machine without IPv6 refuses an
     * IPv6 address: EAFNOSUPPORT, or EADDRNOTAVAIL for {@code ::1}.
     *
     * @param address with port 0 the kernel chooses one; see {@link #localAddress(int)}
     * @return the fd
     * @throws ErrnoException from bind or listen: EADDRINUSE, EACCES (ports below 1024),
     *     EADDRNOTAVAIL; from socket: EMFILE, ENFILE, EAFNOSUPPORT
     */
    public int listen(InetSocketAddress address, ListenOptions options) throws ErrnoException {
        return endpoints.listen(address, options);
    }

    /**
     * Opens a TCP socket that is bound and does not listen yet: connects to it are refused until
     * {@link #listen(int, ListenOptions)}. Lets a program find out whether it can have all of its
     * addresses before it accepts at the first one.
     *
     * @return the fd
     * @throws ErrnoException as {@link #listen(InetSocketAddress, ListenOptions)}
     */
    public int bind(InetSocketAddress address, ListenOptions options) throws ErrnoException {
        return endpoints.bind(address, options);
    }

    /**
     * Makes a bound socket listen.
     *
     * @throws ErrnoException EADDRINUSE if another socket listens on the address by now; EBADF,
     *     ENOTSOCK, EOPNOTSUPP (a UDP socket), EINVAL (a connected one)
     */
    public void listen(int fd, ListenOptions options) throws ErrnoException {
        endpoints.listen(fd, localAddress(fd), options);
    }

    /** Opens a listening unix-domain socket; EADDRINUSE if the path exists. */
    public int listen(UnixDomainSocketAddress address, ListenOptions options)
            throws ErrnoException {
        return endpoints.listen(address, options);
    }

    /**
     * Accepts a connection from the backlog.
     *
     * @return the fd, or {@code -errno}: -EAGAIN if the backlog is empty, -EMFILE, -ECONNABORTED …
     */
    public int accept(int listenFd) {
        return libc.accept(listenFd, 0, 0);
    }

    /** As {@link #accept(int)}; also stores the client's address in {@code peer}. */
    public int accept(int listenFd, NativeAddress peer) {
        peer.reset();
        return libc.accept(listenFd, peer.address(), peer.lengthAddress());
    }

    /**
     * Opens a socket and starts to connect it. To connect to a wildcard address, such as that of a
     * listener, is to connect to the loopback address of its family, as in java.nio. The attempt is
     * over when the fd is ready for WRITE; {@link #connectResult} then tells its outcome.
     *
     * @throws ErrnoException if it fails at once: EMFILE, ENETUNREACH, EADDRNOTAVAIL …
     */
    public int connect(InetSocketAddress address) throws ErrnoException {
        return endpoints.connect(address);
    }

    /** As {@link #connect(InetSocketAddress)}; ENOENT if the path does not exist. */
    public int connect(UnixDomainSocketAddress address) throws ErrnoException {
        return endpoints.connect(address);
    }

    /** As {@link #connect(InetSocketAddress)}: the fd, or {@code -errno} if it fails at once. */
    public int connect(NativeAddress address) {
        int fd = socket(address);
        int result = fd < 0 ? fd : connect(fd, address);
        if (result < 0 && fd >= 0) {
            close(fd);
        }
        return result < 0 ? result : fd;
    }

    /** Opens a socket of the address's family, not connected: the fd, or {@code -errno}. */
    public int socket(NativeAddress address) {
        return libc.socket(address.family(), SocketConstants.SOCK_STREAM, 0);
    }

    /**
     * Starts to connect a socket: 0, or {@code -errno} if it fails at once. -EAGAIN means that the
     * backlog of a unix-domain listener is full, and the call may be repeated: connect(2).
     */
    public int connect(int fd, NativeAddress address) {
        int result = libc.connect(fd, address.address(), address.length());
        // POSIX, connect(): after EINTR the attempt continues in the background.
        boolean inProgress = result == -Errno.EINPROGRESS || result == -Errno.EINTR;
        return inProgress ? 0 : result;
    }

    /**
     * The outcome of a connect, SO_ERROR: 0, or the positive errno (ECONNREFUSED, ETIMEDOUT …),
     * which the kernel then clears.
     */
    public int connectResult(int fd) {
        return pendingError(fd);
    }

    /**
     * Appends bytes from the fd to the buffer.
     *
     * @return bytes read; 0 at EOF or if the buffer is full; or {@code -errno}: -EAGAIN if there is
     *     nothing to read, -ECONNRESET …
     * @throws IllegalStateException if the buffer is closed
     */
    public int read(int fd, NativeBuffer buffer) {
        int count = transfers.receive(fd, buffer.writeAddress(), buffer.writable());
        if (count > 0) {
            buffer.produced(count);
        }
        return count;
    }

    /**
     * Writes bytes from the front of the buffer to the fd and removes them.
     *
     * @return bytes written, perhaps not all; or {@code -errno}: -EAGAIN if the send buffer is
     *     full, -EPIPE, -ECONNRESET …
     * @throws IllegalStateException if the buffer is closed
     */
    public int write(int fd, NativeBuffer buffer) {
        int count = transfers.send(fd, buffer.readAddress(), buffer.readable());
        if (count > 0) {
            buffer.consumed(count);
        }
        return count;
    }

    /**
     * Writes several buffers in one call, writev(2). Faster for large buffers; small ones are
     * faster copied into one: docs/benchmarks.md.
     *
     * @param from index of the first buffer
     * @param count number of buffers; those beyond 1024 are not written
     * @return as {@link #write(int, NativeBuffer)}
     */
    public int write(int fd, NativeBuffer[] buffers, int from, int count) {
        return transfers.gather(fd, buffers, from, count);
    }

    /**
     * As {@link #read(int, NativeBuffer)}, from position to limit of a direct or heap buffer. At
     * most 64 KiB go into a heap buffer.
     *
     * @throws IllegalArgumentException if the buffer is read-only; nothing is read
     */
    public int read(int fd, ByteBuffer buffer) {
        return transfers.read(fd, buffer);
    }

    /** As {@link #write(int, NativeBuffer)}, from position to limit of a direct or heap buffer. */
    public int write(int fd, ByteBuffer buffer) {
        return transfers.write(fd, buffer);
    }

    /**
     * Opens a file of any kind for reading. May block on the disk.
     *
     * @throws ErrnoException ENOENT, EACCES, EMFILE, ENOTDIR, ELOOP …
     */
    public OpenFile openFile(Path path) throws ErrnoException {
        return OpenFile.open(libc, path);
    }

    /**
     * Sends bytes of a file, with sendfile(2) on Linux. On other systems, and for files that
     * sendfile does not support, it reads and writes, 64 KiB at most. May block on the disk.
     *
     * @param offset in the file, in bytes
     * @param count bytes at most
     * @return bytes sent, perhaps fewer; 0 at the end of the file, which may have been truncated
     *     since {@link OpenFile#size} was read; or {@code -errno}
     */
    public int sendFile(int fd, OpenFile file, long offset, int count) {
        return transfers.sendFile(fd, file, offset, count);
    }

    /** Half-closes: sends FIN after the bytes written so far. Reading remains possible. */
    public void shutdownWrite(int fd) {
        libc.shutdown(fd, SocketConstants.SHUT_WR);
    }

    /** Closes with RST; bytes that were written and not sent yet are lost. */
    public void reset(int fd) {
        try {
            lingerZero(fd);
        } finally { // whatever it throws
            close(fd);
        }
    }

    /** Closes the fd. Remove it from its loop first, with {@code del}. */
    public void close(int fd) {
        libc.close(fd);
    }

    /**
     * Duplicates an fd, dup(2). The socket is closed when its last fd is.
     *
     * @throws ErrnoException EMFILE, EBADF
     */
    public int duplicate(int fd) throws ErrnoException {
        return Errno.check(libc.dup(fd), "dup of", "fd " + fd);
    }

    /** Opens two connected unix-domain sockets; EMFILE, ENFILE. */
    public int[] pair() throws ErrnoException {
        return endpoints.pair();
    }

    /** Opens a pipe, [0] for reading and [1] for writing; EMFILE, ENFILE. */
    public int[] pipe() throws ErrnoException {
        return endpoints.pipe();
    }

    /**
     * A pool of buffers for {@link #read(int, NativeBuffer)} and {@link #write(int, NativeBuffer)}.
     *
     * @param capacity of each buffer, in bytes
     * @param maxFree free buffers to keep for reuse
     */
    public BufferPool buffers(int capacity, int maxFree) {
        return new BufferPool(libc::memory, capacity, maxFree);
    }

    /**
     * A pool of pipes for splice(2), which moves bytes between sockets without a copy. Linux only;
     * elsewhere {@link SplicePipePool#take} returns null.
     *
     * @param capacity of each pipe, in bytes; the kernel may lower it to 64 KiB
     * @param most pipes at a time
     */
    public SplicePipePool splicePipes(int capacity, int most) {
        return new SplicePipePool(libc, capacity, most);
    }

    private static final class SystemSockets {
        static final Sockets INSTANCE = new Sockets(LibC.system());
    }
}
