package dev.eventloop.kqueue;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;

/**
 * Changes of a kqueue, gathered and then applied with one kevent(2). Each asks for a receipt
 * (EV_RECEIPT): without one, the first error would end the call, and pending events could take its
 * place.
 */
final class ChangeList implements AutoCloseable {
    // sys/event.h, the same everywhere
    private static final int EV_ADD = 0x0001;
    private static final int EV_DELETE = 0x0002;
    private static final int EV_ENABLE = 0x0004;
    private static final int EV_RECEIPT = 0x0040;

    /** Both filters of an fd deleted, then both added. */
    private static final int CAPACITY = 4;

    private final BsdLibC libc;
    private final KeventLayout layout;

    /** The changes, which the kernel overwrites with their receipts, then a timespec of zero. */
    private final NativeMemory memory;

    private final ByteBuffer changes;
    private final long zeroTimespec;
    private int deletions;
    private int size;

    ChangeList(BsdLibC libc, KeventLayout layout) {
        this.libc = libc;
        this.layout = layout;
        this.memory = NativeMemory.allocate(CAPACITY * layout.size() + 2 * Long.BYTES);
        this.changes = memory.buffer();
        this.zeroTimespec = memory.address() + (long) CAPACITY * layout.size();
    }

    /** Deletions come before additions. */
    void delete(long ident, int filter) {
        deletions++;
        put(ident, filter, EV_DELETE | EV_RECEIPT, 0, 0);
    }

    void add(long ident, int filter, int flags, int fflags, long token) {
        put(ident, filter, EV_ADD | EV_RECEIPT | flags, fflags, token);
    }

    /**
     * Applies the changes and empties the list.
     *
     * @return the first errno other than EPIPE, or else EPIPE; 0 for none
     * @throws ErrnoException if kevent(2) as a whole failed
     */
    int apply(int kqueueFd) throws ErrnoException {
        int count = size;
        int deleted = deletions;
        size = 0;
        deletions = 0;
        long address = memory.address();
        int receipts = libc.kevent(kqueueFd, address, count, address, count, zeroTimespec);
        if (receipts == -Errno.EINTR) { // kevent(2), ERRORS: all changes have been applied
            return 0;
        }
        Errno.check(receipts, "kevent on", "fd " + kqueueFd);
        int result = 0;
        for (int i = 0; i < receipts; i++) {
            int errno = (int) layout.data(changes, i * layout.size());
            // The fd was closed without del, and its number may be in use again: nothing to delete.
            boolean gone = i < deleted && (errno == Errno.ENOENT || errno == Errno.EBADF);
            if (errno != 0 && !gone && (result == 0 || result == Errno.EPIPE)) {
                result = errno;
            }
        }
        return result;
    }

    /** Whether the kqueue has the event. Enables it, so it must be enabled, or may be. */
    boolean isKnown(int kqueueFd, long ident, int filter, long token) {
        put(ident, filter, EV_ENABLE, 0, token);
        size = 0;
        // Without room for a receipt the errno is the call's. Without EV_ADD only an existing event
        // can be changed.
        int result = libc.kevent(kqueueFd, memory.address(), 1, 0, 0, 0);
        return result != -Errno.ENOENT && result != -Errno.EBADF;
    }

    @Override
    public void close() {
        memory.close();
    }

    private void put(long ident, int filter, int flags, int fflags, long token) {
        layout.put(changes, size * layout.size(), ident, filter, flags, fflags, token);
        size++;
    }
}
