package dev.eventloop.net;

import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.ScratchPool;

/** Native memory that a thread lends to the kernel for the time of one call. */
final class Scratch {
    /**
     * Shared by all {@link Sockets}. It keeps at most 64 areas; an area that has served a heap
     * buffer and a gather write has 80 KiB.
     */
    static final ScratchPool<Scratch> POOL = new ScratchPool<>(Scratch::new, Scratch::free);

    /** IOV_MAX in limits.h of Linux, macOS and the BSDs; POSIX guarantees 16 only. */
    static final int MAX_IOVECS = 1024;

    /** {@code sizeof(struct iovec)}: a pointer and a size_t. */
    static final int IOVEC_SIZE = 2 * Long.BYTES;

    private static final int COPY_SIZE = 64 * 1024;

    /** Room for two ints, and for a socklen_t behind them. */
    final NativeMemory option = NativeMemory.allocate(2 * Long.BYTES);

    final NativeAddress address = new NativeAddress();
    private NativeBuffer copy;
    private NativeMemory iovecs;

    /** Room for {@value #MAX_IOVECS} {@code struct iovec}; allocated on first use. */
    NativeMemory iovecs() {
        if (iovecs == null) {
            iovecs = NativeMemory.allocate(MAX_IOVECS * IOVEC_SIZE);
        }
        return iovecs;
    }

    /** A buffer of {@value #COPY_SIZE} bytes, emptied; allocated on first use. */
    NativeBuffer emptyCopy() {
        if (copy == null) {
            copy = NativeBuffer.allocate(COPY_SIZE);
        }
        copy.clear();
        return copy;
    }

    private void free() {
        option.close();
        address.close();
        if (copy != null) {
            copy.close();
        }
        if (iovecs != null) {
            iovecs.close();
        }
    }
}
