package dev.eventloop.libc;

import jnr.constants.platform.OpenFlags;
import jnr.ffi.Runtime;

/** The calls that are the same on every system. */
abstract class PosixLibC implements LibC {
    /**
     * Areas of two longs, for arguments and results that a call passes by address: {@code struct
     * timespec}, {@code struct timeval}, {@code off_t}, an int.
     */
    static final ScratchPool<NativeMemory> WORDS =
            new ScratchPool<>(() -> NativeMemory.allocate(2 * Long.BYTES), NativeMemory::close);

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int OPEN_FLAGS =
            OpenFlags.O_RDONLY.intValue()
                    | OpenFlags.O_NONBLOCK.intValue()
                    | OpenFlags.O_CLOEXEC.intValue();

    private final PosixCalls.Symbols libc;
    private final Runtime runtime;

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
    public int recvfrom(
            int fd, long address, int length, int flags, long peerAddress, long peerLengthAddress) {
        return orErrno(
                DatagramCalls.LIBC.recvfrom(
                        fd, address, length, flags, peerAddress, peerLengthAddress));
    }

    /** No SIGPIPE: it is for streams. */
    @Override
    public int sendto(
            int fd, long address, int length, int flags, long peerAddress, int peerLength) {
        return orErrno(
                DatagramCalls.LIBC.sendto(fd, address, length, flags, peerAddress, peerLength));
    }

    @Override
    public int sendmsg(int fd, long messageAddress, int flags) {
        return orErrno(MessageCalls.LIBC.sendmsg(fd, messageAddress, flags));
    }

    @Override
    public int recvmsg(int fd, long messageAddress, int flags) {
        return orErrno(MessageCalls.LIBC.recvmsg(fd, messageAddress, flags));
    }

    @Override
    public int geteuid() {
        return MessageCalls.LIBC.geteuid();
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
        return FileKinds.fstat(fd, NativeMemory.view(factsAddress, FACTS_SIZE));
    }

    @Override
    public int pread(int fd, long address, int length, long offset) {
        return orErrno(libc.pread(fd, address, length, offset));
    }

    /**
     * Only the sendfile of Linux is bound. Those of macOS and FreeBSD have other parameters;
     * OpenBSD has none.
     */
    @Override
    public int sendfile(int socketFd, int fileFd, long offset, int length) {
        return -Errno.ENOSYS;
    }

    @Override
    public int writev(int fd, long vectorAddress, int count) {
        return orErrno(libc.writev(fd, vectorAddress, count));
    }

    /**
     * The words of an fd_set have 32 bits on macOS and OpenBSD and 64 on the others. On a
     * little-endian machine the bytes are the same, and no big-endian one is supported.
     */
    @Override
    public int select(
            int count, long readBits, long writeBits, long exceptBits, long timeoutNanos) {
        if (timeoutNanos < 0) {
            return orErrno(libc.select(count, readBits, writeBits, exceptBits, 0));
        }
        NativeMemory words = WORDS.take();
        try {
            long timeval = timeval(words, timeoutNanos);
            return orErrno(libc.select(count, readBits, writeBits, exceptBits, timeval));
        } finally {
            WORDS.give(words);
        }
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

    /** Writes a {@code struct timespec}, which is two longs on every 64-bit system. */
    static long timespec(NativeMemory words, long nanos) {
        words.buffer().putLong(0, nanos / NANOS_PER_SECOND);
        words.buffer().putLong(Long.BYTES, nanos % NANOS_PER_SECOND);
        return words.address();
    }

    /**
     * Writes a {@code struct timeval}, rounded up. It is two longs; on macOS a long, an int and
     * four bytes of padding, which on a little-endian machine are the same bytes.
     */
    private static long timeval(NativeMemory words, long nanos) {
        long micros = nanos / 1_000 + (nanos % 1_000 == 0 ? 0 : 1);
        words.buffer().putLong(0, micros / 1_000_000);
        words.buffer().putLong(Long.BYTES, micros % 1_000_000);
        return words.address();
    }

    /** Reads errno only after a failure, since that is a second native call. */
    final int orErrno(int result) {
        return result >= 0 ? result : -runtime.getLastError();
    }
}
