package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import java.io.UncheckedIOException;

/**
 * Ends a wait from any thread, on every POSIX system: a pipe whose read end the waiting thread
 * watches. {@link #signal} may be called by any thread, the other methods only by the thread that
 * waits.
 */
public final class WakeupPipe implements AutoCloseable {
    /** Bytes per read. Few signals are pending at a time, since the first one ends the wait. */
    private static final int DRAIN_SIZE = 64;

    private final LibC libc;
    private final NativeMemory one = NativeMemory.allocate(1);
    private final NativeMemory drain = NativeMemory.allocate(DRAIN_SIZE);
    private final int readFd;
    private final int writeFd;

    /**
     * @throws ErrnoException EMFILE, ENFILE
     */
    public WakeupPipe(LibC libc) throws ErrnoException {
        this.libc = libc;
        int result = libc.pipe(drain.address());
        if (result < 0) {
            one.close();
            drain.close();
            throw Errno.exception(-result, "pipe of", "an event loop");
        }
        this.readFd = drain.buffer().getInt(0);
        this.writeFd = drain.buffer().getInt(Integer.BYTES);
    }

    /** The fd to watch for READ. */
    public int readFd() {
        return readFd;
    }

    /**
     * Makes the fd readable; EAGAIN is ignored, because a full pipe is readable. Any thread.
     *
     * @throws UncheckedIOException EBADF or EPIPE if other code has closed an end of the pipe
     */
    public void signal() {
        int result = libc.write(writeFd, one.address(), 1);
        if (result < 0 && result != -Errno.EAGAIN) {
            throw lost(-result, "write to", writeFd);
        }
    }

    /**
     * Clears all signals.
     *
     * @throws ErrnoException EBADF or EPIPE if other code has closed an end of the pipe: it would
     *     be readable for ever
     */
    public void drain() throws ErrnoException {
        int count;
        do {
            count = libc.read(readFd, drain.address(), DRAIN_SIZE);
        } while (count == DRAIN_SIZE);
        if (count == 0) { // EOF
            throw closedByOthers(Errno.EPIPE, "read of", readFd);
        }
        if (count < 0 && count != -Errno.EAGAIN && count != -Errno.EINTR) {
            throw closedByOthers(-count, "read of", readFd);
        }
    }

    /** The exception of a thread that cannot wake the loop. */
    public static UncheckedIOException lost(int errno, String operation, int fd) {
        ErrnoException e = closedByOthers(errno, operation, fd);
        return new UncheckedIOException(e.getMessage(), e);
    }

    private static ErrnoException closedByOthers(int errno, String operation, int fd) {
        ErrnoException e =
                Errno.exception(errno, operation, "the wake-up fd " + fd + " of an event loop");
        return new ErrnoException(
                operation,
                errno,
                e.errnoName(),
                e.getMessage() + "; it was closed by code that it does not belong to");
    }

    @Override
    public void close() {
        libc.close(readFd);
        libc.close(writeFd);
        one.close();
        drain.close();
    }
}
