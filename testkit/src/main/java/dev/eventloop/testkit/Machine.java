package dev.eventloop.testkit;

import dev.eventloop.libc.LibC;

/** The kernel that a contract runs on, with the calls that a test needs beyond {@link LibC}. */
public interface Machine {
    /** What is under test talks to it. */
    LibC libc();

    /** dup(2): the lowest free number, or {@code -errno}. */
    int dup(int fd);

    /** dup2(2): {@code number}, or {@code -errno}. */
    int dup2(int fd, int number);

    /** open(2) of a file, directory or device, for reading: the fd, or {@code -errno}. */
    int open(String path);

    /** How many files this process has open; two calls of it count the same way. */
    int openFiles();

    /** Nanoseconds of any origin. */
    long nanoTime();
}
