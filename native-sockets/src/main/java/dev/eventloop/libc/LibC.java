package dev.eventloop.libc;

/**
 * The one door to the kernel: the POSIX calls that sockets and pollers need.
 *
 * <p>Every call takes primitives and raw addresses only, and answers its result, or {@code -errno}
 * ({@link Errno}); none throws. All file descriptors that come out of here are non-blocking and
 * close-on-exec. Calls are as thread-safe as the kernel's. Another implementation can stand in for
 * the kernel: sockets, pollers and the load balancer receive theirs.
 */
public interface LibC {
    /**
     * This machine's: a {@link LinuxLibC} or a {@link BsdLibC}.
     *
     * @throws UnsupportedOperationException if it is not bound; {@link OperatingSystem}
     */
    static LibC system() {
        return SystemLibC.get();
    }

    /** socket(2). */
    int socket(int domain, int type, int protocol);

    /** socketpair(2); two ints at {@code fdsAddress}. */
    int socketpair(int domain, int type, int protocol, long fdsAddress);

    /** pipe(2); the reading end's and the writing end's int at {@code fdsAddress}. */
    int pipe(long fdsAddress);

    /** dup(2): another number for the same open file, close-on-exec too. */
    int dup(int fd);

    /** bind(2). */
    int bind(int fd, long address, int length);

    /** listen(2). */
    int listen(int fd, int backlog);

    /** accept(2); both addresses may be 0. */
    int accept(int fd, long address, long lengthAddress);

    /** connect(2); {@code -EINPROGRESS} where it goes on in the background. */
    int connect(int fd, long address, int length);

    /** getsockname(2). */
    int getsockname(int fd, long address, long lengthAddress);

    /** getpeername(2). */
    int getpeername(int fd, long address, long lengthAddress);

    /** setsockopt(2). */
    int setsockopt(int fd, int level, int name, long valueAddress, int length);

    /** getsockopt(2). */
    int getsockopt(int fd, int level, int name, long valueAddress, long lengthAddress);

    /** recv(2): bytes, 0 at the end of the stream. */
    int recv(int fd, long address, int length, int flags);

    /** send(2); never raises SIGPIPE, whatever the flags. */
    int send(int fd, long address, int length, int flags);

    /** read(2), for what is no socket. */
    int read(int fd, long address, int length);

    /** write(2), for what is no socket. */
    int write(int fd, long address, int length);

    /**
     * open(2) of what there is, for reading; without O_NONBLOCK a pipe would wait for its writer.
     *
     * @param pathAddress of bytes that end with a 0
     */
    int open(long pathAddress);

    /**
     * What of fstat(2) is the same everywhere, as three longs: the mode, whose S_IFMT bits tell the
     * kind; the size in bytes; the seconds from 1970 to the last modification.
     */
    int fstat(int fd, long factsAddress);

    /** pread(2): bytes of a file, 0 at its end. */
    int pread(int fd, long address, int length, long offset);

    /**
     * sendfile(2) as Linux has it, from a file to a socket: bytes, 0 at the file's end; {@code
     * -EINVAL} for a file that it can't take from, {@code -ENOSYS} where there is none of this
     * kind: {@link #pread} and {@link #send} do the same, with a copy.
     */
    int sendfile(int socketFd, int fileFd, long offset, int length);

    /**
     * writev(2), for sockets as well: the SIGPIPE that it may raise is ignored by every JVM.
     *
     * @param vectorAddress of {@code count} pairs of longs, address and length
     */
    int writev(int fd, long vectorAddress, int count);

    /**
     * The bytes that were sent and not yet acknowledged by the peer (SIOCOUTQ and its like); {@code
     * -ENOPROTOOPT} on OpenBSD and DragonFly BSD, which don't tell.
     */
    int unacknowledged(int fd);

    /**
     * poll(2) over an array of {@code struct pollfd}.
     *
     * @param timeoutNanos negative waits for ever; rounded up where the system is less precise
     */
    int poll(long pollfdsAddress, int count, long timeoutNanos);

    /**
     * select(2) over bitmaps of any length: the limit of 1024 is the C macros', not the kernel's.
     *
     * @param count one more than the highest fd in any of them
     * @param readBits bit {@code fd % 64} of native long {@code fd / 64}; 0 for none
     * @param timeoutNanos negative waits for ever; rounded up to microseconds
     */
    int select(int count, long readBits, long writeBits, long exceptBits, long timeoutNanos);

    /**
     * Whether poll(2) has something to tell of an fd: 0, or -EBADF if it is not open, or -EPERM for
     * what is always ready, as epoll_ctl(2) has it: files, directories, memory devices.
     */
    int checkPollable(int fd);

    /** Zeroed memory for a buffer, mmap(2); null if the system has none: ENOMEM. */
    default NativeMemory memory(int size) {
        return NativeMemory.tryAllocate(size);
    }

    /** shutdown(2). */
    int shutdown(int fd, int how);

    /**
     * close(2). Never to be called again after EINTR: the number is free and may be another
     * thread's by then (close(2), "Dealing with error returns from close()").
     */
    int close(int fd);
}
