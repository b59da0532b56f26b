package dev.eventloop.lb.relay;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.BufferPool;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import dev.eventloop.net.SplicePipePool;

/**
 * The memory with which one thread moves bytes: a scratch buffer for the time between a read and a
 * write; buffers for flows whose sink is blocked; pipes for splice(2).
 */
public final class TransferMemory implements AutoCloseable {
    /** The most that one read gets, and that a blocked direction holds. */
    public static final int BUFFER_SIZE = 64 * 1024;

    /**
     * How many blocked flows may be spliced at a time, over all threads; others are copied. Half of
     * the pipe pages that an unprivileged user may have in all programs: pipe-user-pages-soft in
     * pipe(7).
     */
    public static final int MAX_PIPES = 32;

    /** 2 MiB per thread; buffers beyond that, from a burst of blocked flows, are freed. */
    private static final int MAX_FREE_BUFFERS = 32;

    /** The most that an unprivileged user may set: pipe-max-size in pipe(7). */
    private static final int PIPE_CAPACITY = 1024 * 1024;

    private final BufferPool buffers;
    private final SplicePipePool pipes;
    private NativeBuffer scratch;

    /**
     * @param threads that share the {@link #MAX_PIPES} pipes
     * @throws ErrnoException ENOMEM
     */
    public TransferMemory(Sockets sockets, int threads) throws ErrnoException {
        this.buffers = sockets.buffers(BUFFER_SIZE, MAX_FREE_BUFFERS);
        this.pipes = sockets.splicePipes(PIPE_CAPACITY, Math.max(1, MAX_PIPES / threads));
        this.scratch = buffers.tryTake();
        if (scratch == null) {
            throw new ErrnoException(
                    "mmap",
                    Errno.ENOMEM,
                    "ENOMEM",
                    "cannot start a worker: the system has no memory for a buffer of 64 KiB"
                            + " (ENOMEM); raise its limits, such as ulimit -v");
        }
    }

    /**
     * An empty buffer for the time of a read and a write. Cleared here, not by its last user, who
     * may have thrown: no connection may find another one's bytes in it.
     */
    public NativeBuffer scratch() {
        scratch.clear();
        return scratch;
    }

    /** Hands the scratch buffer to the caller; null if there is no memory for another. */
    public NativeBuffer keepScratch() {
        NativeBuffer next = buffers.tryTake();
        if (next == null) {
            return null;
        }
        NativeBuffer kept = scratch;
        scratch = next;
        return kept;
    }

    /** Takes back a buffer that {@link #keepScratch} has given. */
    public void give(NativeBuffer buffer) {
        buffers.give(buffer);
    }

    /** Pipes for splice(2). */
    public SplicePipePool pipes() {
        return pipes;
    }

    /** Closes unused pipes, to free descriptors. */
    public void trim() {
        pipes.trim();
    }

    /** Buffers that are not in their pool; the scratch buffer is one of them. */
    public int buffersTaken() {
        return buffers.taken();
    }

    @Override
    public void close() {
        buffers.give(scratch);
        buffers.close();
        pipes.close();
    }
}
