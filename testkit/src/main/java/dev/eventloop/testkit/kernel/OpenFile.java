package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An open file description: what any number of descriptors may stand for. */
abstract class OpenFile {
    final World world;
    private final List<Watcher> watchers = new ArrayList<>();
    private int descriptors;

    OpenFile(World world) {
        this.world = world;
    }

    /** Who wants to hear of changes: an entry of an epoll instance or of a kqueue. */
    interface Watcher {
        /** What {@code bits} say of may have changed. */
        void woken(int bits);

        /** Whether it is exclusive and a waiting thread takes this, so that others need not. */
        default boolean takesExclusively(int bits) {
            return false;
        }

        /** One of the file's descriptors is closed; others may be left. */
        void descriptorClosed(FdTable table, int fd);

        /** The last descriptor is closed. */
        void fileClosed();
    }

    /** {@link PollBits} that hold now. */
    abstract int readiness();

    /** Gives back everything; nobody refers to the file any more. */
    abstract void released();

    /** Bytes, 0 at the end, or -errno. */
    int read(ByteBuffer target) {
        return -Errno.EINVAL;
    }

    /** Bytes, or -errno. */
    int write(ByteBuffer source) {
        return -Errno.EINVAL;
    }

    /** F_SETPIPE_SZ of fcntl(2). */
    int setPipeCapacity(int wanted) {
        return -Errno.EBADF;
    }

    /** What fstat tells: mode, size, last modification. */
    void facts(ByteBuffer facts) {
        facts.putLong(0, 0).putLong(Long.BYTES, 0).putLong(2 * Long.BYTES, 0);
    }

    /** Whether it can be waited for: regular files are always ready and can't. */
    boolean isPollable() {
        return true;
    }

    /** How much there is to read: bytes, or connections to accept. */
    int available() {
        return 0;
    }

    /** How many bytes would fit. */
    int room() {
        return 0;
    }

    /** Nothing more will come. */
    boolean isReadEnded() {
        return false;
    }

    /** Nothing more can be sent. */
    boolean isWriteEnded() {
        return false;
    }

    /** A pipe that is written to and whose reader is gone. */
    boolean isBrokenPipe() {
        return false;
    }

    /** The pending error's number, which stays. */
    int pendingError() {
        return 0;
    }

    final void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    final void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    /** Tells everybody who watches, and of those that are exclusive no more than one who waits. */
    final void wake(int bits) {
        boolean taken = false;
        for (int i = 0; i < watchers.size(); i++) {
            Watcher watcher = watchers.get(i);
            boolean takes = watcher.takesExclusively(bits);
            if (!takes || !taken) {
                watcher.woken(bits);
            }
            taken |= takes;
        }
        world.changed();
    }

    final void descriptorOpened() {
        descriptors++;
    }

    final void descriptorClosed(FdTable table, int fd) {
        for (Watcher watcher : List.copyOf(watchers)) {
            watcher.descriptorClosed(table, fd);
        }
        if (--descriptors == 0) {
            for (Watcher watcher : List.copyOf(watchers)) {
                watcher.fileClosed();
            }
            released();
        }
    }
}
