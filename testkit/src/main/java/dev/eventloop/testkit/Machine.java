package dev.eventloop.testkit;

import dev.eventloop.libc.LibC;

/**
 * The kernel that a contract runs on, with the system calls that its tests need beyond {@link
 * LibC}. Like those of LibC they return a result or {@code -errno}.
 */
public interface Machine {
    /** This machine's kernel. */
    static Machine real() {
        return RealMachine.INSTANCE;
    }

    /** The system calls of sockets and pollers. */
    LibC libc();

    /** dup(2). */
    int dup(int fd);

    /** dup2(2): makes {@code number} a duplicate of {@code fd}, and closes what it was before. */
    int dup2(int fd, int number);

    /** open(2) of a file, directory or device, for reading. */
    int open(String path);

    /** The number of open files of this process; only the difference of two calls is meaningful. */
    int openFiles();

    /** The clock of this machine's waits, in nanoseconds of any origin. */
    long nanoTime();
}
