package dev.eventloop.net;

import dev.eventloop.libc.LinuxLibC;

/**
 * A pipe that moves bytes from one socket to another without a copy, with splice(2). Confined to
 * one thread at a time.
 */
public final class SplicePipe implements AutoCloseable {
    private final LinuxLibC libc;
    private final int readFd;
    private final int writeFd;
    private final int capacity;
    private int held;

    /** The next pipe in a pool's free list. */
    SplicePipe next;

    SplicePipe(LinuxLibC libc, int readFd, int writeFd, int capacity) {
        this.libc = libc;
        this.readFd = readFd;
        this.writeFd = writeFd;
        this.capacity = capacity;
    }

    /**
     * Moves bytes from a socket into the pipe.
     *
     * @return bytes moved, or {@code -errno}. -EAGAIN means that the socket has no bytes, that the
     *     pipe is full (it counts pages, even if they hold few bytes), or that urgent data is next,
     *     which more bytes may follow; see "out-of-band data" in tcp(7). 0 means EOF or urgent
     *     data. Use a read to tell these cases apart.
     */
    public int fill(int sourceFd) {
        int count = libc.splice(sourceFd, writeFd, capacity);
        held += Math.max(0, count);
        return count;
    }

    /** Moves bytes from the pipe to a socket: bytes moved, perhaps not all, or {@code -errno}. */
    public int drain(int sinkFd) {
        int count = libc.splice(readFd, sinkFd, held);
        held -= Math.max(0, count);
        return count;
    }

    /** Bytes in the pipe. */
    public int held() {
        return held;
    }

    /** Closes the pipe; bytes in it are lost. */
    @Override
    public void close() {
        try {
            libc.close(readFd);
        } finally { // whatever it throws
            libc.close(writeFd);
        }
    }
}
