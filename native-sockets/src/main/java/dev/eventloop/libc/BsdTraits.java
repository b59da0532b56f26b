package dev.eventloop.libc;

/**
 * The differences between macOS and the BSDs. 0 means that the system lacks it.
 *
 * @param socketFlags SOCK_CLOEXEC and SOCK_NONBLOCK, for socket, socketpair and accept4
 * @param pipeFlags O_CLOEXEC and O_NONBLOCK, for pipe2
 * @param openFlags the same, for open with EVFILT_VNODE; on macOS O_EVTONLY too
 * @param noSignalFlag MSG_NOSIGNAL, for send
 * @param noSignalOption SO_NOSIGPIPE, for setsockopt
 * @param duplicateCommand F_DUPFD_CLOEXEC, for fcntl
 * @param closeOnExecRequest FIOCLEX, for ioctl
 * @param nonBlockingRequest FIONBIO, for ioctl
 * @param unsentRequest FIONWRITE, for ioctl: bytes in the send buffer
 * @param unsentOption SO_NWRITE, for getsockopt: the same
 * @param hasPpoll false if only poll exists, whose timeout is in milliseconds
 * @param selectSymbol the C library's name of select
 */
record BsdTraits(
        int socketFlags,
        int pipeFlags,
        int openFlags,
        int noSignalFlag,
        int noSignalOption,
        int duplicateCommand,
        long closeOnExecRequest,
        long nonBlockingRequest,
        long unsentRequest,
        int unsentOption,
        boolean hasPpoll,
        String selectSymbol) {

    // sys/filio.h, the same on all: _IO('f', 1) and _IOW('f', 126, int)
    private static final long FIOCLEX = 0x2000_6601;
    private static final long FIONBIO = 0x8004_667eL;

    /**
     * From apple-oss-distributions/xnu. Plain select rejects more than 1024 fds; the suffix of the
     * symbol selects the unlimited variant, see select-base.c of libsyscall.
     */
    static final BsdTraits MACOS =
            new BsdTraits(
                    0,
                    0,
                    0x0100_0000 | 0x0004 | 0x8000, // sys/fcntl.h
                    0, // sys/socket.h has MSG_NOSIGNAL since 2025 only
                    0x1022, // sys/socket.h
                    67, // sys/fcntl.h
                    FIOCLEX,
                    FIONBIO,
                    0,
                    0x1024, // sys/socket.h
                    false,
                    "select$DARWIN_EXTSN");

    static final BsdTraits FREEBSD =
            new BsdTraits(
                    0x1000_0000 | 0x2000_0000, // sys/socket.h
                    0x0010_0000 | 0x0004, // sys/fcntl.h
                    0x0010_0000 | 0x0004,
                    0x0002_0000, // sys/socket.h
                    0,
                    17, // sys/fcntl.h
                    FIOCLEX,
                    FIONBIO,
                    0x4004_6677, // sys/filio.h: _IOR('f', 119, int)
                    0,
                    true,
                    "select");

    static final BsdTraits OPENBSD =
            new BsdTraits(
                    0x8000 | 0x4000, // sys/socket.h
                    0x0001_0000 | 0x0004, // sys/fcntl.h
                    0x0001_0000 | 0x0004,
                    0x0400, // sys/socket.h
                    0,
                    10, // sys/fcntl.h
                    FIOCLEX,
                    FIONBIO,
                    0, // TCP_INFO has it, for root only
                    0,
                    true,
                    "select");

    static final BsdTraits DRAGONFLY =
            new BsdTraits(
                    0x1000_0000 | 0x2000_0000, // sys/socket.h
                    0x0002_0000 | 0x0004, // sys/fcntl.h
                    0x0002_0000 | 0x0004,
                    0x0400, // sys/socket.h
                    0,
                    17, // sys/fcntl.h
                    FIOCLEX,
                    FIONBIO,
                    0,
                    0,
                    true,
                    "select");

    /** The C library's name of a function of {@link BsdCalls}. */
    String symbol(String function) {
        return function.equals("select") ? selectSymbol : function;
    }

    /** The traits of a system. */
    static BsdTraits of(OperatingSystem system) {
        return switch (system) {
            case MACOS -> MACOS;
            case FREEBSD -> FREEBSD;
            case OPENBSD -> OPENBSD;
            case DRAGONFLY -> DRAGONFLY;
            case LINUX -> throw new IllegalArgumentException("Linux has no BSD traits");
        };
    }
}
