package dev.eventloop.libc;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import jnr.posix.FileStat;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * The file type behind an fd, through jnr-posix, since {@code struct stat} differs on every system.
 */
final class FileKinds {
    private static final POSIX SYSTEM = POSIXFactory.getNativePOSIX();

    /**
     * Devices that never block. Their numbers differ between systems, so they are looked up by
     * path.
     */
    private static final Set<Long> MEMORY_DEVICES =
            deviceNumbers("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom");

    private FileKinds() {}

    /** What {@link #mayBePolled} answers where the kernel has to be asked. */
    static final int UNKNOWN = 1;

    /** Implements {@link LibC#checkPollable} for systems other than Linux. */
    static int checkPollable(int fd) {
        FileStat stat = SYSTEM.allocateStat();
        if (SYSTEM.fstat(fd, stat) < 0) {
            return -SYSTEM.errno();
        }
        boolean memory = stat.isCharDev() && MEMORY_DEVICES.contains(stat.rdev());
        boolean alwaysReady = stat.isFile() || stat.isDirectory() || stat.isBlockDev() || memory;
        return alwaysReady ? -Errno.EPERM : 0;
    }

    /**
     * As far as the type of the file decides: 0 for sockets and pipes; -EPERM for directories and
     * block devices; {@link #UNKNOWN} for the rest, of which the driver decides; or {@code -errno}.
     */
    static int mayBePolled(int fd) {
        FileStat stat = SYSTEM.allocateStat();
        if (SYSTEM.fstat(fd, stat) < 0) {
            return -SYSTEM.errno();
        }
        if (stat.isSocket() || stat.isFifo()) {
            return 0;
        }
        return stat.isDirectory() || stat.isBlockDev() ? -Errno.EPERM : UNKNOWN;
    }

    /** Implements {@link LibC#fstat}. */
    static int fstat(int fd, ByteBuffer facts) {
        FileStat stat = SYSTEM.allocateStat();
        if (SYSTEM.fstat(fd, stat) < 0) {
            return -SYSTEM.errno();
        }
        facts.putLong(0, stat.mode());
        facts.putLong(Long.BYTES, stat.st_size());
        facts.putLong(2 * Long.BYTES, stat.mtime());
        facts.putLong(3 * Long.BYTES, stat.dev());
        facts.putLong(4 * Long.BYTES, stat.ino());
        return 0;
    }

    private static Set<Long> deviceNumbers(String... paths) {
        Set<Long> numbers = new HashSet<>();
        for (String path : paths) {
            FileStat stat = SYSTEM.allocateStat();
            if (SYSTEM.stat(path, stat) == 0) {
                numbers.add(stat.rdev());
            }
        }
        return numbers;
    }
}
