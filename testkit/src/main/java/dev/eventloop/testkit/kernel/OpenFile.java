package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An open file description, to which any number of descriptors refer. */
abstract class OpenFile {
    final World world;
    private final long inode;
    private final List<Watcher> watchers = new ArrayList<>();
    private int descriptors;

    OpenFile(World world) {
        this.world = world;
        this.inode = world.nextInode();
    }

    /** Is notified of changes: an entry of an epoll instance or of a kqueue. */
    interface Watcher {
        /** The readiness in {@code bits} may have changed. */
        void woken(int bits);

        /** Whether this is EPOLLEXCLUSIVE and a waiting thread takes the event. */
        default boolean takesExclusively(int bits) {
            return false;
        }

        /** One of the file's descriptors is closed; others may be left. */
        void descriptorClosed(FdTable table, int fd);

        /** The last descriptor is closed. */
        void fileClosed();
    }

    /** The present readiness, {@link PollBits}. */
    abstract int readiness();

    /** The last descriptor is closed: frees everything. */
    abstract void released();

    /** The number of bytes, 0 at EOF, or -errno. */
    int read(ByteBuffer target) {
        return -Errno.EINVAL;
    }

    /** The number of bytes, or -errno. */
    int write(ByteBuffer source) {
        return -Errno.EINVAL;
    }

    /** F_SETPIPE_SZ of fcntl(2). */
    int setPipeCapacity(int wanted) {
        return -Errno.EBADF;
    }

    /** fstat(2): mode, size, last modification, device and inode. */
    final void facts(ByteBuffer facts) {
        facts.putLong(mode()).putLong(size()).putLong(0).putLong(0).putLong(inode);
    }

    /** st_mode. */
    int mode() {
        return 0;
    }

    /** The size of a regular file in bytes. */
    int size() {
        return 0;
    }

    /** Whether epoll and kqueue accept it; they refuse regular files, which are always ready. */
    boolean isPollable() {
        return true;
    }

    /** The number of bytes to read, or of connections to accept. */
    int available() {
        return 0;
    }

    /** The number of bytes that a write can take. */
    int room() {
        return 0;
    }

    /** Reads have come to EOF, or will after the bytes that are left. */
    boolean isReadEnded() {
        return false;
    }

    /** Writes fail. */
    boolean isWriteEnded() {
        return false;
    }

    /** The writing end of a pipe without a reader. */
    boolean isBrokenPipe() {
        return false;
    }

    /** The errno of the pending error, which stays pending; 0 for none. */
    int pendingError() {
        return 0;
    }

    final void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    final void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    /** Notifies all watchers, but only one of those that take events exclusively. */
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
