package dev.eventloop.libc;

/**
 * The classes that bind macOS and the BSDs, bound to Linux's C library with Linux's numbers: all
 * but kqueue, kevent and the numbers themselves can be tried without such a machine.
 */
public final class BsdWayOnLinux {
    // asm-generic/fcntl.h, ioctls.h, sockios.h; bits/socket.h
    private static final int FLAGS = 0x800 | 0x80000;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final long FIOCLEX = 0x5451;
    private static final long FIONBIO = 0x5421;
    private static final long SIOCOUTQ = 0x5411;
    private static final int MSG_NOSIGNAL = 0x4000;

    private BsdWayOnLinux() {}

    /** As the BSDs have it: flags for everything, and ppoll. */
    public static BsdLibC withFlags() {
        return new BsdNativeLibC(
                new BsdTraits(
                        FLAGS,
                        FLAGS,
                        FLAGS,
                        MSG_NOSIGNAL,
                        0,
                        F_DUPFD_CLOEXEC,
                        FIOCLEX,
                        FIONBIO,
                        SIOCOUTQ,
                        0,
                        true,
                        "select"));
    }

    /**
     * As macOS has it: a call for each property of a new fd, poll in milliseconds, a select of
     * another name, bytes in the send buffer through getsockopt. In place of the options that Linux
     * lacks there are SO_KEEPALIVE and SO_SNDBUF.
     */
    public static BsdLibC withoutFlags() {
        return new BsdNativeLibC(
                new BsdTraits(
                        0,
                        0,
                        FLAGS,
                        0,
                        9,
                        F_DUPFD_CLOEXEC,
                        FIOCLEX,
                        FIONBIO,
                        0,
                        7,
                        false,
                        "__select"));
    }
}
