package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.OperatingSystem;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Gives fds to another process over a unix-domain stream socket, and takes them: SCM_RIGHTS,
 * unix(7). The open files then have an fd in both processes. Any thread.
 */
public final class FdPassing {
    /** The most fds that one {@link #send} takes. */
    public static final int MOST_FDS = MessageLayout.MOST_FDS;

    /** The most bytes of one call. */
    private static final int MOST_BYTES = 16 * 1024;

    private final LibC libc;
    private final MessageLayout layout;

    FdPassing(LibC libc, OperatingSystem system) {
        this.libc = libc;
        this.layout = new MessageLayout(system);
    }

    /** With this machine's kernel. */
    public static FdPassing system() {
        return new FdPassing(LibC.system(), OperatingSystem.current());
    }

    /**
     * Sends bytes, and with the first of them fds, which stay open here.
     *
     * @param bytes from position to limit, at least one; the position moves
     * @return bytes sent, perhaps not all; or {@code -errno}, and nothing was sent: -EAGAIN,
     *     -EPIPE, -ETOOMANYREFS if more fds are on their way than the limit of open files allows …
     * @throws IllegalArgumentException if there are more than {@link #MOST_FDS}
     */
    public int send(int fd, ByteBuffer bytes, int... fds) {
        if (fds.length > MOST_FDS) {
            throw new IllegalArgumentException(
                    fds.length + " fds are too many for a message; send at most " + MOST_FDS);
        }
        int length = Math.min(bytes.remaining(), MOST_BYTES);
        try (NativeMemory block = NativeMemory.allocate(MessageLayout.DATA + length)) {
            block.buffer().put(MessageLayout.DATA, bytes, bytes.position(), length);
            layout.describe(block.buffer(), block.address(), length, fds);
            int count = libc.sendmsg(fd, block.address(), 0);
            if (count > 0) {
                bytes.position(bytes.position() + count);
            }
            return count;
        }
    }

    /**
     * Receives bytes, and the fds that came with them; those are non-blocking and close-on-exec.
     *
     * @param bytes from position to limit; the position moves
     * @param received gets the fds
     * @return bytes received; 0 at EOF; or {@code -errno}: -EAGAIN … Fds for which this process has
     *     no room (EMFILE) are missing.
     */
    public int receive(int fd, ByteBuffer bytes, List<Integer> received) {
        int length = Math.min(bytes.remaining(), MOST_BYTES);
        try (NativeMemory block = NativeMemory.allocate(MessageLayout.DATA + length)) {
            layout.describe(block.buffer(), block.address(), length, null);
            int count = libc.recvmsg(fd, block.address(), 0);
            if (count < 0) {
                return count;
            }
            for (int each : layout.received(block.buffer())) {
                libc.adopt(each);
                received.add(each);
            }
            bytes.put(bytes.position(), block.buffer(), MessageLayout.DATA, count);
            bytes.position(bytes.position() + count);
            return count;
        }
    }

    /**
     * Makes an fd that another process has opened, as a service manager does, non-blocking and
     * close-on-exec.
     *
     * @throws ErrnoException EBADF
     */
    public void adopt(int fd) throws ErrnoException {
        Errno.check(libc.adopt(fd), "adopt", "fd " + fd);
    }

    /** The process at the other end of a connected unix-domain socket. */
    public PeerProcess peer(int fd) throws ErrnoException {
        return PeerProcess.of(libc, fd, OperatingSystem.current());
    }

    /** Whether this process may trust another one: it is of the same user, or of root. */
    public boolean isTrusted(PeerProcess other) {
        return other.user() == 0 || other.user() == Integer.toUnsignedLong(libc.geteuid());
    }
}
