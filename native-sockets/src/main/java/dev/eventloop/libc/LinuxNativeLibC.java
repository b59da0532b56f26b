package dev.eventloop.libc;

import jnr.ffi.LibraryLoader;

/** The Linux kernel, called through libc. */
class LinuxNativeLibC extends PosixLibC implements LinuxLibC {
    // asm-generic/fcntl.h; MIPS and Alpha, which differ, are not supported.
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int NONBLOCK_CLOEXEC = O_NONBLOCK | O_CLOEXEC;

    /** asm-generic/fcntl.h; 32-bit ARM and PowerPC, which differ, are not supported. */
    private static final int O_PATH = 0x200000;

    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;

    /** linux/fcntl.h. */
    private static final int F_DUPFD_CLOEXEC = 1030;

    /** linux/fcntl.h. */
    private static final int F_SETPIPE_SZ = 1031;

    /**
     * bits/fcntl-linux.h: SPLICE_F_MOVE and SPLICE_F_NONBLOCK. Not SPLICE_F_MORE: if no more bytes
     * follow, the kernel delays the last ones by 200 ms.
     */
    private static final int MOVE_NONBLOCK = 1 | 2;

    /** bits/socket.h. */
    private static final int MSG_NOSIGNAL = 0x4000;

    /** linux/eventpoll.h. */
    private static final int EPOLL_CTL_ADD = 1;

    /** linux/sockios.h. */
    private static final long SIOCOUTQ = 0x5411;

    /** asm-generic/unistd.h: the same on every architecture but Alpha. */
    private static final long SYS_PIDFD_OPEN = 434;

    private final LinuxCalls.Symbols libc;

    LinuxNativeLibC() {
        this(LibraryLoader.create(LinuxCalls.Symbols.class).load(SystemLibC.libraryOfTheProcess()));
    }

    private LinuxNativeLibC(LinuxCalls.Symbols libc) {
        super(libc);
        this.libc = libc;
    }

    /** Bound on the first splice, since most runs never splice. */
    private static final class Splicing {
        static final LinuxCalls.Splicing LIBC =
                LibraryLoader.create(LinuxCalls.Splicing.class).load("c");
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return orErrno(libc.socket(domain, type | NONBLOCK_CLOEXEC, protocol));
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long fdsAddress) {
        return orErrno(libc.socketpair(domain, type | NONBLOCK_CLOEXEC, protocol, fdsAddress));
    }

    @Override
    public int pipe(long fdsAddress) {
        return orErrno(libc.pipe2(fdsAddress, NONBLOCK_CLOEXEC));
    }

    @Override
    public int dup(int fd) {
        return orErrno(libc.fcntl(fd, F_DUPFD_CLOEXEC, 0));
    }

    @Override
    public int adopt(int fd) {
        int result = orErrno(libc.fcntl(fd, F_SETFD, FD_CLOEXEC));
        int flags = result < 0 ? result : orErrno(libc.fcntl(fd, F_GETFL, 0));
        return flags < 0 ? flags : orErrno(libc.fcntl(fd, F_SETFL, flags | O_NONBLOCK));
    }

    @Override
    public int accept(int fd, long address, long lengthAddress) {
        return orErrno(libc.accept4(fd, address, lengthAddress, NONBLOCK_CLOEXEC));
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        return orErrno(libc.send(fd, address, length, flags | MSG_NOSIGNAL));
    }

    /** sendfile has no MSG_NOSIGNAL, but the JVM ignores SIGPIPE. */
    @Override
    public int sendfile(int socketFd, int fileFd, long offset, int length) {
        NativeMemory words = WORDS.take();
        try {
            words.buffer().putLong(0, offset);
            return orErrno(libc.sendfile(socketFd, fileFd, words.address(), length));
        } finally {
            WORDS.give(words);
        }
    }

    @Override
    public int unacknowledged(int fd) {
        NativeMemory words = WORDS.take();
        try {
            int result = orErrno(libc.ioctl(fd, SIOCOUTQ, words.address()));
            return result < 0 ? result : words.buffer().getInt(0);
        } finally {
            WORDS.give(words);
        }
    }

    @Override
    public int poll(long pollfdsAddress, int count, long timeoutNanos) {
        if (timeoutNanos < 0) {
            return orErrno(libc.ppoll(pollfdsAddress, count, 0, 0));
        }
        NativeMemory words = WORDS.take();
        try {
            long timespec = timespec(words, timeoutNanos);
            return orErrno(libc.ppoll(pollfdsAddress, count, timespec, 0));
        } finally {
            WORDS.give(words);
        }
    }

    /**
     * Asks epoll about files whose type does not decide. poll(2) itself reports a file without a
     * poll operation as always ready.
     */
    @Override
    public int checkPollable(int fd) {
        int flags = orErrno(libc.fcntl(fd, F_GETFL, 0));
        if (flags < 0 || (flags & O_PATH) != 0) { // open(2), O_PATH: other calls fail with EBADF
            return flags < 0 ? flags : -Errno.EBADF;
        }
        int byType = FileKinds.mayBePolled(fd);
        return byType == FileKinds.UNKNOWN ? askEpoll(fd) : byType;
    }

    private int askEpoll(int fd) {
        int epollFd = epollCreate();
        if (epollFd < 0) { // EMFILE, or a kernel without epoll
            return FileKinds.checkPollable(fd);
        }
        NativeMemory event = WORDS.take();
        try {
            event.buffer().putLong(0, 0).putLong(Long.BYTES, 0);
            int result = epollCtl(epollFd, EPOLL_CTL_ADD, fd, event.address());
            return result == -Errno.EPERM || result == -Errno.EBADF ? result : 0;
        } finally {
            WORDS.give(event);
            close(epollFd);
        }
    }

    @Override
    public int epollCreate() {
        return orErrno(libc.epoll_create1(O_CLOEXEC));
    }

    @Override
    public int epollCtl(int epollFd, int operation, int fd, long eventAddress) {
        return orErrno(libc.epoll_ctl(epollFd, operation, fd, eventAddress));
    }

    @Override
    public int epollWait(int epollFd, long eventsAddress, int maxEvents, int timeoutMillis) {
        return orErrno(libc.epoll_wait(epollFd, eventsAddress, maxEvents, timeoutMillis));
    }

    @Override
    public int epollPwait2(int epollFd, long eventsAddress, int maxEvents, long timespecAddress) {
        try {
            return orErrno(
                    libc.epoll_pwait2(epollFd, eventsAddress, maxEvents, timespecAddress, 0));
        } catch (UnsatisfiedLinkError e) { // glibc before 2.35, musl
            return -Errno.ENOSYS;
        }
    }

    @Override
    public int eventfd() {
        return orErrno(libc.eventfd(0, NONBLOCK_CLOEXEC));
    }

    @Override
    public int splice(int fromFd, int toFd, int length) {
        return orErrno(Splicing.LIBC.splice(fromFd, 0, toFd, 0, length, MOVE_NONBLOCK));
    }

    @Override
    public int pipeCapacity(int fd, int bytes) {
        return orErrno(libc.fcntl(fd, F_SETPIPE_SZ, bytes));
    }

    @Override
    public int inotifyInit() {
        return orErrno(libc.inotify_init1(NONBLOCK_CLOEXEC));
    }

    @Override
    public int inotifyAddWatch(int inotifyFd, long pathAddress, int mask) {
        return orErrno(libc.inotify_add_watch(inotifyFd, pathAddress, mask));
    }

    @Override
    public int inotifyRemoveWatch(int inotifyFd, int watch) {
        return orErrno(libc.inotify_rm_watch(inotifyFd, watch));
    }

    /** Through syscall(2), since glibc has a function only from 2.36 on. */
    @Override
    public int pidfdOpen(long pid) {
        return orErrno(libc.syscall(SYS_PIDFD_OPEN, pid, 0));
    }
}
