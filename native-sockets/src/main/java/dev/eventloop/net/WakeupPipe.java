package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;

/**
 * Ends a wait from another thread, on every POSIX system: the waiting thread watches the reading
 * end of a pipe. {@link #signal} is for any thread, the rest for the one that waits.
 */
public final class WakeupPipe implements AutoCloseable {
    /** More than one signal is there at a time only if a wait was about to end anyway. */
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

    /** What to watch for being readable. */
    public int readFd() {
        return readFd;
    }

    /** Makes the reading end readable. A full pipe is so already. */
    public void signal() {
        libc.write(writeFd, one.address(), 1);
    }

    /** Takes back all signals. */
    public void drain() {
        int count;
        do {
            count = libc.read(readFd, drain.address(), DRAIN_SIZE);
        } while (count == DRAIN_SIZE);
    }

    @Override
    public void close() {
        libc.close(readFd);
        libc.close(writeFd);
        one.close();
        drain.close();
    }
}
