package dev.eventloop.net;

import dev.eventloop.libc.LinuxLibC;

/**
 * A pipe through which bytes go from one socket to another without being copied: the kernel hands
 * over pages, splice(2). Confined to one thread at a time.
 */
public final class SplicePipe implements AutoCloseable {
    private final LinuxLibC libc;
    private final int readFd;
    private final int writeFd;
    private final int capacity;
    private int held;

    /** The next on a free list. */
    SplicePipe next;

    SplicePipe(LinuxLibC libc, int readFd, int writeFd, int capacity) {
        this.libc = libc;
        this.readFd = readFd;
        this.writeFd = writeFd;
        this.capacity = capacity;
    }

    /**
     * Takes what a socket has, as far as there is room: bytes, or {@code -errno}. -EAGAIN may mean
     * that it has none, that the pipe is full (pages count, however few bytes are in them), or that
     * urgent data is next, behind which there may be more; see "out-of-band data" in tcp(7). So may
     * 0, besides the end of the stream. A read tells them apart.
     */
    public int fill(int sourceFd) {
        int count = libc.splice(sourceFd, writeFd, capacity);
        held += Math.max(0, count);
        return count;
    }

    /** Gives what it holds to a socket, as far as that takes it: bytes, or {@code -errno}. */
    public int drain(int sinkFd) {
        int count = libc.splice(readFd, sinkFd, held);
        held -= Math.max(0, count);
        return count;
    }

    /** How many bytes are in it. */
    public int held() {
        return held;
    }

    /** Drops what is in it. */
    @Override
    public void close() {
        libc.close(readFd);
        libc.close(writeFd);
    }
}
