package dev.eventloop.libc;

/**
 * The classes that bind macOS and the BSDs, with Linux's C library and constants: all but kqueue,
 * kevent and the real constants can be tested without such a machine.
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

    /** The way of the BSDs: flags for each new fd, and ppoll. */
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
     * The way of macOS: one call for each property of a new fd, poll in milliseconds, another
     * symbol for select, the send queue through getsockopt. SO_KEEPALIVE and SO_SNDBUF replace the
     * options that Linux lacks, SO_NOSIGPIPE and SO_NWRITE.
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
