package dev.eventloop.libc;

import jnr.posix.FileStat;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** What kind of file is behind an fd, through jnr-posix: fstat(2)'s struct differs everywhere. */
final class FileKinds {
    /** Linux's Documentation/admin-guide/devices.txt: null, zero, full, random and their like. */
    private static final long MEMORY_DEVICES = 1;

    private FileKinds() {}

    /** As {@link LibC#checkPollable} promises. */
    static int checkPollable(int fd) {
        POSIX posix = POSIXFactory.getNativePOSIX();
        FileStat stat = posix.allocateStat();
        if (posix.fstat(fd, stat) < 0) {
            return -posix.errno();
        }
        boolean memory = stat.isCharDev() && major(stat.rdev()) == MEMORY_DEVICES;
        boolean alwaysReady = stat.isFile() || stat.isDirectory() || stat.isBlockDev() || memory;
        return alwaysReady ? -Errno.EPERM : 0;
    }

    /** gnu_dev_major of sys/sysmacros.h, for the numbers that occur. */
    private static long major(long device) {
        return (device >>> 8) & 0xfff;
    }
}
