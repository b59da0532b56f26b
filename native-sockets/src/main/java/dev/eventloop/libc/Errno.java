package dev.eventloop.libc;

import dev.eventloop.ErrnoException;

/** Error numbers of this platform, from jnr-constants, and their names. */
public final class Errno {
    public static final int EPERM = number("EPERM");
    public static final int ENOENT = number("ENOENT");
    public static final int EINTR = number("EINTR");
    public static final int EBADF = number("EBADF");
    public static final int EAGAIN = number("EAGAIN");
    public static final int ENOMEM = number("ENOMEM");
    public static final int EACCES = number("EACCES");
    public static final int EBUSY = number("EBUSY");
    public static final int EEXIST = number("EEXIST");
    public static final int EINVAL = number("EINVAL");
    public static final int ENFILE = number("ENFILE");
    public static final int EMFILE = number("EMFILE");
    public static final int ENOSPC = number("ENOSPC");
    public static final int EPIPE = number("EPIPE");
    public static final int ENOTDIR = number("ENOTDIR");
    public static final int ENOSYS = number("ENOSYS");
    public static final int ENOTSOCK = number("ENOTSOCK");
    public static final int ENOPROTOOPT = number("ENOPROTOOPT");
    public static final int EMSGSIZE = number("EMSGSIZE");
    public static final int EDESTADDRREQ = number("EDESTADDRREQ");
    public static final int EOPNOTSUPP = number("EOPNOTSUPP");
    public static final int EAFNOSUPPORT = number("EAFNOSUPPORT");
    public static final int EADDRINUSE = number("EADDRINUSE");
    public static final int EADDRNOTAVAIL = number("EADDRNOTAVAIL");
    public static final int ECONNABORTED = number("ECONNABORTED");
    public static final int ECONNRESET = number("ECONNRESET");
    public static final int ENOBUFS = number("ENOBUFS");
    public static final int ENOTCONN = number("ENOTCONN");
    public static final int ETIMEDOUT = number("ETIMEDOUT");
    public static final int ECONNREFUSED = number("ECONNREFUSED");
    public static final int ENETDOWN = number("ENETDOWN");
    public static final int EHOSTUNREACH = number("EHOSTUNREACH");
    public static final int ENETUNREACH = number("ENETUNREACH");
    public static final int EALREADY = number("EALREADY");
    public static final int EISCONN = number("EISCONN");
    public static final int EINPROGRESS = number("EINPROGRESS");

    private Errno() {}

    /** The name, such as {@code "ECONNREFUSED"}; {@code "errno 4711"} for an unknown number. */
    public static String name(int errno) {
        jnr.constants.platform.Errno known = jnr.constants.platform.Errno.valueOf(errno);
        return known.defined() ? known.name() : "errno " + errno;
    }

    /** The English text of strerror(3), such as {@code "Connection refused"}. */
    public static String description(int errno) {
        jnr.constants.platform.Errno known = jnr.constants.platform.Errno.valueOf(errno);
        return known.defined() ? known.description() : "unknown error";
    }

    /**
     * Whether a call failed for want of file descriptors or kernel memory: EMFILE, ENFILE, ENOBUFS
     * or ENOMEM. The same call may succeed later; see accept(2).
     */
    public static boolean isScarcity(int errno) {
        return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    }

    /**
     * Returns the result of a {@link LibC} call, or throws if it is negative.
     *
     * @param operation the call, such as {@code "bind"}
     * @param object what the call was applied to, such as an address
     */
    public static int check(int result, String operation, Object object) throws ErrnoException {
        if (result < 0) {
            throw exception(-result, operation, object);
        }
        return result;
    }

    /** The exception for a failed call, {@code "bind 0.0.0.0:80: Permission denied (EACCES)"}. */
    public static ErrnoException exception(int errno, String operation, Object object) {
        String name = name(errno);
        return new ErrnoException(
                operation,
                errno,
                name,
                operation + " " + object + ": " + description(errno) + " (" + name + ")");
    }

    private static int number(String name) {
        return jnr.constants.platform.Errno.valueOf(name).intValue();
    }
}
