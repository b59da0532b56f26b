package dev.eventloop.epoll;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.WakeupPipe;
import java.io.UncheckedIOException;

/**
 * Ends a wait from any thread: an eventfd(2). {@link #signal} may be called by any thread, the
 * other methods only by the thread that waits.
 */
final class Wakeup implements AutoCloseable {
    /** Differs from every token of the loop: as an fd its lower half would be negative. */
    static final long TOKEN = -1;

    private final LinuxLibC libc;
    private final int fd;

    /** The number 1, which each signal adds to the eventfd's counter. */
    private final NativeMemory one;

    /**
     * @throws ErrnoException EMFILE, ENFILE, ENOMEM
     */
    Wakeup(LinuxLibC libc) throws ErrnoException {
        this.libc = libc;
        this.fd = Errno.check(libc.eventfd(), "eventfd of", "an event loop");
        this.one = NativeMemory.allocate(Long.BYTES);
        one.buffer().putLong(0, 1);
    }

    /** The fd to watch, edge-triggered. */
    int readFd() {
        return fd;
    }

    /**
     * Makes the fd readable; EAGAIN is ignored, because an eventfd that is full is readable. Any
     * thread.
     *
     * @throws UncheckedIOException EBADF if other code has closed the fd
     */
    void signal() {
        int result = libc.write(fd, one.address(), Long.BYTES);
        if (result < 0 && result != -Errno.EAGAIN) {
            throw WakeupPipe.lost(-result, "write to", fd);
        }
    }

    /** Clears all signals: nothing to do, since with EPOLLET each write is one event. */
    void drain() {}

    @Override
    public void close() {
        libc.close(fd);
        one.close();
    }
}
