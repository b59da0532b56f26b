package dev.eventloop.libc;

import jnr.constants.platform.OpenFlags;
import jnr.ffi.Runtime;

/** What is called the same way on every system; the rest is for those who extend this. */
abstract class PosixLibC implements LibC {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int OPEN_FLAGS =
            OpenFlags.O_RDONLY.intValue()
                    | OpenFlags.O_NONBLOCK.intValue()
                    | OpenFlags.O_CLOEXEC.intValue();

    private final PosixCalls.Symbols libc;
    private final Runtime runtime;
    private final ThreadLocal<NativeMemory> times =
            ThreadLocal.withInitial(() -> NativeMemory.allocate(2 * Long.BYTES));

    PosixLibC(PosixCalls.Symbols libc) {
        this.libc = libc;
        this.runtime = Runtime.getRuntime(libc);
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
    public int read(int fd, long address, int length) {
        return orErrno(libc.read(fd, address, length));
    }

    @Override
    public int write(int fd, long address, int length) {
        return orErrno(libc.write(fd, address, length));
    }

    @Override
    public int open(long pathAddress) {
        return orErrno(libc.open(pathAddress, OPEN_FLAGS));
    }

    @Override
    public int fstat(int fd, long factsAddress) {
        return FileKinds.fstat(fd, NativeMemory.view(factsAddress, 3 * Long.BYTES));
    }

    @Override
    public int pread(int fd, long address, int length, long offset) {
        return orErrno(libc.pread(fd, address, length, offset));
    }

    /** macOS and FreeBSD have another one, OpenBSD has none; only Linux's is bound. */
    @Override
    public int sendfile(int socketFd, int fileFd, long offset, int length) {
        return -Errno.ENOSYS;
    }

    @Override
    public int writev(int fd, long vectorAddress, int count) {
        return orErrno(libc.writev(fd, vectorAddress, count));
    }

    /**
     * The words of an fd_set are 32 bits wide on macOS and OpenBSD, 64 on the others: the same
     * bytes on a little-endian machine, and there are no others.
     */
    @Override
    public int select(
            int count, long readBits, long writeBits, long exceptBits, long timeoutNanos) {
        long timeval = timeoutNanos < 0 ? 0 : timeval(timeoutNanos);
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

    /** This thread's {@code off_t} that is handed over by its address. */
    final long offset(long value) {
        NativeMemory memory = times.get();
        memory.buffer().putLong(0, value);
        return memory.address();
    }

    /** This thread's {@code struct timespec}: two longs on every 64-bit system. */
    final long timespec(long nanos) {
        NativeMemory memory = times.get();
        memory.buffer().putLong(0, nanos / NANOS_PER_SECOND);
        memory.buffer().putLong(Long.BYTES, nanos % NANOS_PER_SECOND);
        return memory.address();
    }

    /**
     * This thread's {@code struct timeval}, rounded up. Two longs; macOS has an int and four bytes
     * of padding for the second, which on a little-endian machine is the same.
     */
    private long timeval(long nanos) {
        long micros = nanos / 1_000 + (nanos % 1_000 == 0 ? 0 : 1);
        NativeMemory memory = times.get();
        memory.buffer().putLong(0, micros / 1_000_000);
        memory.buffer().putLong(Long.BYTES, micros % 1_000_000);
        return memory.address();
    }

    /** errno costs a second native call, so only a failure asks for it. */
    final int orErrno(int result) {
        return result >= 0 ? result : -runtime.getLastError();
    }
}
