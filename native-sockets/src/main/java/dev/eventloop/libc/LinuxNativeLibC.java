package dev.eventloop.libc;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** The real kernel, through libc. */
class LinuxNativeLibC implements LinuxLibC {
    // asm-generic/fcntl.h; MIPS and Alpha, which differ, are not supported.
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int NONBLOCK_CLOEXEC = O_NONBLOCK | O_CLOEXEC;

    /** bits/socket.h. */
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** linux/sockios.h. */
    private static final long SIOCOUTQ = 0x5411;

    private final LinuxCalls.Symbols libc =
            LibraryLoader.create(LinuxCalls.Symbols.class).load("c");
    private final Runtime runtime = Runtime.getRuntime(libc);
    private final ThreadLocal<NativeMemory> timespecs =
            ThreadLocal.withInitial(() -> NativeMemory.allocate(2 * Long.BYTES));

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
    public int bind(int fd, long address, int length) {
        return orErrno(libc.bind(fd, address, length));
    }

    @Override
    public int listen(int fd, int backlog) {
        return orErrno(libc.listen(fd, backlog));
    }

    @Override
    public int accept(int fd, long address, long lengthAddress) {
        return orErrno(libc.accept4(fd, address, lengthAddress, NONBLOCK_CLOEXEC));
    }

    @Override
    public int connect(int fd, long address, int length) {
        return orErrno(libc.connect(fd, address, length));
    }

    @Override
    public int getsockname(int fd, long address, long lengthAddress) {
        return orErrno(libc.getsockname(fd, address, lengthAddress));
    }

    @Override
    public int getpeername(int fd, long address, long lengthAddress) {
        return orErrno(libc.getpeername(fd, address, lengthAddress));
    }

    @Override
    public int setsockopt(int fd, int level, int name, long valueAddress, int length) {
        return orErrno(libc.setsockopt(fd, level, name, valueAddress, length));
    }

    @Override
    public int getsockopt(int fd, int level, int name, long valueAddress, long lengthAddress) {
        return orErrno(libc.getsockopt(fd, level, name, valueAddress, lengthAddress));
    }

    @Override
    public int recv(int fd, long address, int length, int flags) {
        return orErrno(libc.recv(fd, address, length, flags));
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        return orErrno(libc.send(fd, address, length, flags | MSG_NOSIGNAL));
    }

    @Override
    public int read(int fd, long address, int length) {
        return orErrno(libc.read(fd, address, length));
    }

    @Override
    public int write(int fd, long address, int length) {
        return orErrno(libc.write(fd, address, length));
    }

    @Override
    public int unacknowledged(int fd) {
        try (NativeMemory count = NativeMemory.allocate(Integer.BYTES)) {
            int result = orErrno(libc.ioctl(fd, SIOCOUTQ, count.address()));
            return result < 0 ? result : count.buffer().getInt(0);
        }
    }

    @Override
    public int poll(long pollfdsAddress, int count, long timeoutNanos) {
        if (timeoutNanos < 0) {
            return orErrno(libc.ppoll(pollfdsAddress, count, 0, 0));
        }
        NativeMemory timespec = timespecs.get();
        timespec.buffer().putLong(0, timeoutNanos / NANOS_PER_SECOND);
        timespec.buffer().putLong(Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
        return orErrno(libc.ppoll(pollfdsAddress, count, timespec.address(), 0));
    }

    @Override
    public int select(
            int count, long readBits, long writeBits, long exceptBits, long timeoutNanos) {
        long timeval = 0;
        if (timeoutNanos >= 0) {
            long micros = timeoutNanos / 1_000 + (timeoutNanos % 1_000 == 0 ? 0 : 1);
            NativeMemory memory = timespecs.get();
            memory.buffer().putLong(0, micros / 1_000_000);
            memory.buffer().putLong(Long.BYTES, micros % 1_000_000);
            timeval = memory.address();
        }
        return orErrno(libc.select(count, readBits, writeBits, exceptBits, timeval));
    }

    @Override
    public int checkPollable(int fd) {
        return FileKinds.checkPollable(fd);
    }

    @Override
    public int shutdown(int fd, int how) {
        return orErrno(libc.shutdown(fd, how));
    }

    @Override
    public int close(int fd) {
        return orErrno(libc.close(fd));
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

    /** errno costs a second native call, so only a failure asks for it. */
    private int orErrno(int result) {
        return result >= 0 ? result : -runtime.getLastError();
    }
}
