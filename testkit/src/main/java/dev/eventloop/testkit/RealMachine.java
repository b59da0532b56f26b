package dev.eventloop.testkit;

import dev.eventloop.libc.LibC;
import java.io.File;
import jnr.constants.platform.Fcntl;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** This machine's kernel; calls that {@link LibC} lacks go through jnr-posix. */
final class RealMachine implements Machine {
    static final Machine INSTANCE = new RealMachine();

    /** No higher fd is expected: the kernel assigns the lowest free number. */
    private static final int HIGHEST_LIKELY = 16 * 1024;

    private final POSIX posix = POSIXFactory.getNativePOSIX();

    private RealMachine() {}

    @Override
    public LibC libc() {
        return LibC.system();
    }

    @Override
    public int dup(int fd) {
        return orErrno(posix.dup(fd));
    }

    @Override
    public int dup2(int fd, int number) {
        return orErrno(posix.dup2(fd, number));
    }

    @Override
    public int open(String path) {
        return orErrno(posix.open(path, 0, 0)); // O_RDONLY is 0 everywhere
    }

    @Override
    public int openFiles() {
        String[] numbers = new File("/proc/self/fd").list();
        return numbers != null ? numbers.length : countOneByOne();
    }

    /** For systems other than Linux: /dev/fd lists all fds on macOS, but only three on FreeBSD. */
    private int countOneByOne() {
        int count = 0;
        for (int fd = 0; fd < HIGHEST_LIKELY; fd++) {
            count += posix.fcntl(fd, Fcntl.F_GETFD) >= 0 ? 1 : 0;
        }
        return count;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    private int orErrno(int result) {
        return result < 0 ? -posix.errno() : result;
    }
}
