package dev.eventloop;

import java.io.IOException;

/** A system call failed. The message says which one, on what object, and with which errno. */
public class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    // errno.h: these numbers are the same on every system that JNR supports
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EBADF = 9;
    private static final int EEXIST = 17;

    private final String operation;
    private final int errno;
    private final String errnoName;

    /**
     * @param operation the call that failed, such as {@code "connect"}
     * @param errno the error number of this platform, positive
     * @param errnoName the name of the error, such as {@code "ECONNREFUSED"}
     * @param message the complete sentence
     */
    public ErrnoException(String operation, int errno, String errnoName, String message) {
        super(message);
        this.operation = operation;
        this.errno = errno;
        this.errnoName = errnoName;
    }

    /** The error number of this platform, positive. */
    public int errno() {
        return errno;
    }

    /** The name of the error, such as {@code "EADDRINUSE"}. */
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

    /**
     * @param advice what the caller should do instead
     */
    static ErrnoException notRegistered(String operation, int fd, String advice) {
        return new ErrnoException(
                operation, ENOENT, "ENOENT", "fd " + fd + " is not registered; " + advice);
    }

    /**
     * The poller's exception; for EPERM with the reason, which epoll_ctl(2) has but its text lacks.
     */
    static ErrnoException explained(ErrnoException e) {
        if (e.errno != EPERM) {
            return e;
        }
        String why =
                "; files, directories and memory devices are always ready and cannot be watched";
        ErrnoException explained =
                new ErrnoException(e.operation, e.errno, e.errnoName, e.getMessage() + why);
        explained.initCause(e);
        return explained;
    }

    static ErrnoException negative(int fd) {
        return new ErrnoException("add", EBADF, "EBADF", "fd " + fd + " is not a file descriptor");
    }
}
