package dev.eventloop.libc;

/**
 * In what macOS and the BSDs differ. 0 stands for what a system lacks.
 *
 * @param socketFlags SOCK_CLOEXEC and SOCK_NONBLOCK, for socket, socketpair and accept4
 * @param pipeFlags O_CLOEXEC and O_NONBLOCK, for pipe2
 * @param openFlags the same, for open of what is watched; on macOS O_EVTONLY too
 * @param noSignalFlag MSG_NOSIGNAL, for send
 * @param noSignalOption SO_NOSIGPIPE, for setsockopt
 * @param duplicateCommand F_DUPFD_CLOEXEC, for fcntl
 * @param closeOnExecRequest FIOCLEX, for ioctl
 * @param nonBlockingRequest FIONBIO, for ioctl
 * @param unsentRequest FIONWRITE, for ioctl: bytes in the send buffer
 * @param unsentOption SO_NWRITE, for getsockopt: the same
 * @param hasPpoll if not, poll takes whole milliseconds
 * @param selectSymbol what select is called in the C library
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
     * apple-oss-distributions/xnu. Plain select refuses more than 1024 fds: libsyscall's
     * select-base.c has what the symbol's ending is for.
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
                    0, // TCP_INFO tells it, but to root only
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

    /** What a function of {@link BsdCalls} is called in the C library. */
    String symbol(String function) {
        return function.equals("select") ? selectSymbol : function;
    }

    /** Those of a system that is not Linux. */
    static BsdTraits of(OperatingSystem system) {
        return switch (system) {
            case MACOS -> MACOS;
            case FREEBSD -> FREEBSD;
            case OPENBSD -> OPENBSD;
            case DRAGONFLY -> DRAGONFLY;
            case LINUX -> throw new IllegalArgumentException("Linux is no BSD");
        };
    }
}
