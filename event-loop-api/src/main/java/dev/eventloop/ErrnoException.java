package dev.eventloop;

import java.io.IOException;

/** A system call failed; says which one, on what, and with which {@code errno}. */
public class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    // Numbers that every POSIX system that JNR runs on shares, 4.4BSD's errno.h on.
    private static final int ENOENT = 2;
    private static final int EBADF = 9;
    private static final int EEXIST = 17;

    private final String operation;
    private final int errno;
    private final String errnoName;

    /**
     * @param operation the call that failed, such as {@code "connect"}
     * @param errno the number, positive
     * @param errnoName its name, such as {@code "ECONNREFUSED"}
     * @param message the whole sentence
     */
    public ErrnoException(String operation, int errno, String errnoName, String message) {
        super(message);
        this.operation = operation;
        this.errno = errno;
        this.errnoName = errnoName;
    }

    /** The error number of this platform. */
    public int errno() {
        return errno;
    }

    /** The error's name, such as {@code "EADDRINUSE"}. */
    public String errnoName() {
        return errnoName;
    }

    /** The call that failed, such as {@code "bind"}. */
    public String operation() {
        return operation;
    }

    static ErrnoException alreadyRegistered(int fd) {
        return new ErrnoException(
                "add", EEXIST, "EEXIST", "fd " + fd + " is already registered; use mod");
    }

    static ErrnoException notRegistered(String operation, int fd) {
        return new ErrnoException(
                operation, ENOENT, "ENOENT", "fd " + fd + " is not registered; use add");
    }

    static boolean isExists(ErrnoException e) {
        return e.errno == EEXIST;
    }

    static ErrnoException negative(int fd) {
        return new ErrnoException("add", EBADF, "EBADF", "fd " + fd + " is no file descriptor");
    }
}
