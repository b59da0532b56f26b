package dev.eventloop.net;

import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;

/**
 * Pipes on a free list, made when there is none: taking and giving back are O(1). Has no more than
 * {@code most} at a time, free or taken; a pipe takes two descriptors. Confined to one thread at a
 * time.
 */
public final class SplicePipePool implements AutoCloseable {
    /**
     * With smaller pipes a copy is as fast. The kernel limits the capacity for a user with many
     * pipes: pipe-user-pages-soft in pipe(7).
     */
    private static final int LEAST_CAPACITY = 64 * 1024;

    private final LinuxLibC libc;
    private final int capacity;
    private final int most;
    private SplicePipe free;
    private int count;

    SplicePipePool(LibC libc, int capacity, int most) {
        this.libc = libc instanceof LinuxLibC linux ? linux : null;
        this.capacity = capacity;
        this.most = most;
    }

    /**
     * Takes an empty pipe; null if the maximum number exists already, if none can be opened
     * (EMFILE, ENFILE, or only too small ones), or if the system is not Linux.
     */
    public SplicePipe take() {
        SplicePipe pipe = free;
        if (pipe == null) {
            return libc == null || count == most ? null : open();
        }
        free = pipe.next;
        pipe.next = null;
        return pipe;
    }

    private SplicePipe open() {
        try (NativeMemory fds = NativeMemory.allocate(2 * Integer.BYTES)) {
            if (libc.pipe(fds.address()) < 0) {
                return null; // EMFILE, ENFILE
            }
            int readFd = fds.buffer().getInt(0);
            int writeFd = fds.buffer().getInt(Integer.BYTES);
            SplicePipe pipe = null;
            try {
                int granted = libc.pipeCapacity(readFd, capacity);
                if (granted < 0) {
                    granted = libc.pipeCapacity(readFd, LEAST_CAPACITY);
                }
                if (granted >= LEAST_CAPACITY) {
                    pipe = new SplicePipe(libc, readFd, writeFd, granted);
                    count++;
                }
                return pipe;
            } finally {
                if (pipe == null) { // too small, or OutOfMemoryError of the heap
                    libc.close(readFd);
                    libc.close(writeFd);
                }
            }
        }
    }

    /** Gives a pipe back. A pipe with bytes in it is closed instead of reused. */
    public void give(SplicePipe pipe) {
        if (pipe.held() > 0) {
            count--;
            pipe.close();
        } else {
            pipe.next = free;
            free = pipe;
        }
    }

    /** Closes the pipes that are not taken, to release their fds. */
    public void trim() {
        while (free != null) {
            SplicePipe pipe = free;
            free = pipe.next;
            count--;
            pipe.close();
        }
    }

    /** Closes the pipes that are not taken. */
    @Override
    public void close() {
        trim();
    }
}
