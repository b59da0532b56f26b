package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.util.Arrays;
import java.util.BitSet;

/** A process's descriptors. A new one gets the lowest free number: POSIX, 2.14. */
final class FdTable {
    /** 0 to 2 are standard input, output and error. */
    private static final int FIRST = 3;

    private final int limit;
    private final BitSet open = new BitSet();
    private OpenFile[] files = new OpenFile[64];

    FdTable(int limit) {
        this.limit = limit;
        open.set(0, FIRST);
    }

    /** Null if there is none. */
    OpenFile get(int fd) {
        return fd >= 0 && fd < files.length ? files[fd] : null;
    }

    /** Assigns a number to the file; it, or -EMFILE. */
    int add(OpenFile file) {
        int fd = open.nextClearBit(FIRST);
        if (fd >= limit) {
            return -Errno.EMFILE;
        }
        put(fd, file);
        return fd;
    }

    /** Whether {@code count} more descriptors fit below the limit. */
    boolean hasRoomFor(int count) {
        int free = open.nextClearBit(FIRST);
        for (int i = 1; i < count; i++) {
            free = open.nextClearBit(free + 1);
        }
        return free < limit;
    }

    /** dup2(2). */
    int replace(int fd, OpenFile file) {
        if (fd < 0 || fd >= limit) {
            return -Errno.EBADF;
        }
        if (get(fd) == file) {
            return fd;
        }
        file.descriptorOpened(); // before the old one is closed: it may be this file's last
        // descriptor
        if (get(fd) != null) {
            close(fd);
        }
        set(fd, file);
        return fd;
    }

    int close(int fd) {
        OpenFile file = get(fd);
        if (file == null) {
            return -Errno.EBADF;
        }
        files[fd] = null;
        open.clear(fd);
        file.descriptorClosed(this, fd);
        return 0;
    }

    int size() {
        return open.cardinality() - FIRST;
    }

    private void put(int fd, OpenFile file) {
        file.descriptorOpened();
        set(fd, file);
    }

    private void set(int fd, OpenFile file) {
        if (fd >= files.length) {
            files = Arrays.copyOf(files, Math.max(fd + 1, files.length * 2));
        }
        files[fd] = file;
        open.set(fd);
    }
}
