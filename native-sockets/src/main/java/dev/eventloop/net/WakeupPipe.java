package dev.eventloop.net;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;

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

    /** Makes the fd readable; EAGAIN is ignored, because a full pipe is readable. Any thread. */
    public void signal() {
        libc.write(writeFd, one.address(), 1);
    }

    /** Clears all signals. */
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
