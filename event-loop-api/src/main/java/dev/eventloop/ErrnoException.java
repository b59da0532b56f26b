package dev.eventloop;

import java.io.IOException;

/** A system call failed; says which one, on what, and with which {@code errno}. */
public class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    // Numbers that every POSIX system that JNR runs on shares, 4.4BSD's errno.h on.
    private static final int EPERM = 1;
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

    /**
     * @param advice what would be right
     */
    static ErrnoException notRegistered(String operation, int fd, String advice) {
        return new ErrnoException(
                operation, ENOENT, "ENOENT", "fd " + fd + " is not registered; " + advice);
    }

    /** What a poller says, and why it is so where its words don't tell: epoll_ctl(2), EPERM. */
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
        return new ErrnoException("add", EBADF, "EBADF", "fd " + fd + " is no file descriptor");
    }
}
