package dev.eventloop.net;

import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import java.util.Arrays;

/**
 * Which file each registered fd refers to, by device and inode: for pollers whose kernel keeps no
 * registrations, such as poll(2), and which would else not notice that an fd was closed and its
 * number used again. Each socket and each pipe has an inode of its own; all files of one kind that
 * have none on a disk, such as those of eventfd(2), share one. The loop's thread only.
 */
public final class FileIds implements AutoCloseable {
    // offsets in what LibC.fstat stores
    private static final int DEVICE = 3 * Long.BYTES;
    private static final int INODE = 4 * Long.BYTES;

    private final LibC libc;
    private final NativeMemory facts = NativeMemory.allocate(LibC.FACTS_SIZE);

    /** By fd. */
    private long[] devices = new long[64];

    private long[] inodes = new long[64];

    /** The files of the given kernel. */
    public FileIds(LibC libc) {
        this.libc = libc;
    }

    /** Remembers the file that an fd refers to. */
    public void note(int fd) {
        if (fd >= inodes.length) {
            int capacity = Math.max(fd + 1, inodes.length * 2);
            devices = Arrays.copyOf(devices, capacity);
            inodes = Arrays.copyOf(inodes, capacity);
        }
        if (libc.fstat(fd, facts.address()) < 0) {
            return; // closed meanwhile by another thread: the next wait tells
        }
        devices[fd] = facts.buffer().getLong(DEVICE);
        inodes[fd] = facts.buffer().getLong(INODE);
    }

    /** Whether the fd refers to the file that was noted; also true if it is closed. */
    public boolean isNoted(int fd) {
        return libc.fstat(fd, facts.address()) < 0
                || (devices[fd] == facts.buffer().getLong(DEVICE)
                        && inodes[fd] == facts.buffer().getLong(INODE));
    }

    @Override
    public void close() {
        facts.close();
    }
}
