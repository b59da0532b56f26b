package dev.eventloop.testkit;

import dev.eventloop.libc.LibC;

/**
 * The kernel that a contract is tried on, and the calls that its tests need beyond {@link LibC}.
 * They answer as LibC's do: a result, or {@code -errno}.
 */
public interface Machine {
    /** This machine's kernel. */
    static Machine real() {
        return RealMachine.INSTANCE;
    }

    /** The calls that sockets and pollers are made of. */
    LibC libc();

    /** dup(2). */
    int dup(int fd);

    /** dup2(2): {@code number} becomes another name of what {@code fd} names. */
    int dup2(int fd, int number);

    /** open(2) of a file, directory or device, for reading. */
    int open(String path);

    /** How many files this process has open; two calls of it count the same way. */
    int openFiles();

    /** The time of this machine's waits in nanoseconds, of any origin. */
    long nanoTime();
}
