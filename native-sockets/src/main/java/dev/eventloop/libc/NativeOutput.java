package dev.eventloop.libc;

import dev.eventloop.ErrnoException;
import java.nio.ByteBuffer;

/**
 * What native code of this process writes to an fd, such as the JVM its thread dumps to fd 1. It
 * writes without asking whether the fd blocks, and the JVM does so while it stops all threads.
 * {@link #divert} puts a non-blocking pipe in the place of the fd; the original stays open under
 * another number.
 */
public final class NativeOutput {
    /** Bytes that the pipe holds while nobody can read it, where the system allows that. */
    private static final int CAPACITY = 1 << 20;

    /** {@code struct pollfd}, poll(2): an int and two shorts. */
    private static final int POLLFD_SIZE = 8;

    private final LibC libc = LibC.system();
    private final int fd;
    private final int originalFd;
    private int readFd = -1;
    private int writeFd = -1;

    /**
     * @throws ErrnoException EBADF if the fd is closed, or not open for writing: a process that was
     *     started without standard output has a file of its own there; EMFILE
     */
    public NativeOutput(int fd) throws ErrnoException {
        this.fd = fd;
        checked(libc.write(fd, 0, 0), "write to"); // nothing, which fails in the same way
        this.originalFd = checked(libc.dup(fd), "dup of");
    }

    /** An fd of what {@link #divert} replaces. */
    public int originalFd() {
        return originalFd;
    }

    /**
     * Replaces the fd by a pipe. What does not fit into it is lost.
     *
     * @throws ErrnoException EMFILE, ENFILE; then nothing has changed
     */
    public void divert() throws ErrnoException {
        try (NativeMemory ends = NativeMemory.allocate(2 * Integer.BYTES)) {
            checked(libc.pipe(ends.address()), "pipe in place of");
            readFd = ends.buffer().getInt(0);
            writeFd = ends.buffer().getInt(Integer.BYTES);
            if (libc instanceof LinuxLibC linux) {
                linux.pipeCapacity(writeFd, CAPACITY); // EPERM leaves it at 64 KiB
            }
            divertAgain();
        }
    }

    /** Puts the original back in its place, for a process that is started meanwhile. */
    public void restore() {
        ProcessCalls.LIBC.dup2(originalFd, fd);
    }

    /** Ends {@link #restore}. */
    public void divertAgain() {
        ProcessCalls.LIBC.dup2(writeFd, fd); // fails for no two fds that are open
    }

    /**
     * Waits for bytes from native code, and reads them.
     *
     * @param into a direct buffer, filled from its position to its limit at most
     * @throws ErrnoException EBADF if other code has closed the pipe
     */
    public void read(ByteBuffer into) throws ErrnoException {
        int count = -Errno.EAGAIN;
        try (NativeMemory pollfd = NativeMemory.allocate(POLLFD_SIZE)) {
            while (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                pollfd.buffer().putInt(0, readFd).putShort(4, (short) PollFlags.POLLIN);
                libc.poll(pollfd.address(), 1, -1); // the read says whatever it would
                count =
                        libc.read(
                                readFd,
                                NativeMemory.address(into) + into.position(),
                                into.remaining());
            }
        }
        into.position(into.position() + checked(count, "read of the pipe in place of"));
    }

    private int checked(int result, String operation) throws ErrnoException {
        if (result < 0) {
            throw Errno.exception(-result, operation, "fd " + fd);
        }
        return result;
    }
}
