package dev.eventloop.libc;

/**
 * The POSIX system calls that sockets and pollers need; all access to the kernel goes through here.
 *
 * <p>Every call takes primitives and raw addresses and returns its result, or {@code -errno}
 * ({@link Errno}); none throws. All file descriptors that it returns are non-blocking and
 * close-on-exec. Any thread may make any call. Tests can replace the kernel: sockets, pollers and
 * the load balancer take a LibC as a parameter.
 */
public interface LibC {
    /**
     * The kernel of this machine: a {@link LinuxLibC} or a {@link BsdLibC}.
     *
     * @throws UnsupportedOperationException if {@link #unavailableBecause} says why
     */
    static LibC system() {
        return SystemLibC.get();
    }

    /**
     * The reason why the C library of this machine cannot be called, as a clause without a period:
     * the system is not bound, see {@link OperatingSystem}, or JNR's native library cannot be
     * loaded. Null if it can be called.
     */
    static String unavailableBecause() {
        return SystemLibC.unavailableBecause();
    }

    /** socket(2). */
    int socket(int domain, int type, int protocol);

    /** socketpair(2); stores two ints at {@code fdsAddress}. */
    int socketpair(int domain, int type, int protocol, long fdsAddress);

    /** pipe(2); stores two ints at {@code fdsAddress}, the read end and the write end. */
    int pipe(long fdsAddress);

    /** dup(2), but close-on-exec: another fd for the same open file. */
    int dup(int fd);

    /** bind(2). */
    int bind(int fd, long address, int length);

    /** listen(2). */
    int listen(int fd, int backlog);

    /** accept(2); both addresses may be 0. */
    int accept(int fd, long address, long lengthAddress);

    /** connect(2); {@code -EINPROGRESS} if the attempt continues in the background. */
    int connect(int fd, long address, int length);

    /** getsockname(2). */
    int getsockname(int fd, long address, long lengthAddress);

    /** getpeername(2). */
    int getpeername(int fd, long address, long lengthAddress);

    /** setsockopt(2). */
    int setsockopt(int fd, int level, int name, long valueAddress, int length);

    /** getsockopt(2). */
    int getsockopt(int fd, int level, int name, long valueAddress, long lengthAddress);

    /** recv(2): bytes received, 0 at EOF. */
    int recv(int fd, long address, int length, int flags);

    /** send(2); never raises SIGPIPE, whatever the flags. */
    int send(int fd, long address, int length, int flags);

    /**
     * recvfrom(2): the bytes of one datagram; what does not fit is lost.
     *
     * @param peerAddress where the sender's address is stored; 0 for none
     * @param peerLengthAddress of an int: the room for that address, and then its length
     */
    int recvfrom(
            int fd, long address, int length, int flags, long peerAddress, long peerLengthAddress);

    /**
     * sendto(2): sends one datagram.
     *
     * @param peerAddress of the receiver; 0 if the socket is connected
     */
    int sendto(int fd, long address, int length, int flags, long peerAddress, int peerLength);

    /**
     * sendmsg(2), with a {@code struct msghdr} of the system's layout; on a stream it may raise
     * SIGPIPE, which the JVM ignores.
     */
    default int sendmsg(int fd, long messageAddress, int flags) {
        return -Errno.ENOSYS;
    }

    /** recvmsg(2), as {@link #sendmsg}. Received fds must be {@link #adopt adopted}. */
    default int recvmsg(int fd, long messageAddress, int flags) {
        return -Errno.ENOSYS;
    }

    /**
     * Makes an fd that another process has opened non-blocking and close-on-exec: 0, or {@code
     * -errno}. Non-blocking is a property of the open file: the other process gets it, too.
     */
    default int adopt(int fd) {
        return -Errno.ENOSYS;
    }

    /** geteuid(2): whose rights this process has. */
    default int geteuid() {
        return -Errno.ENOSYS;
    }

    /** read(2), for fds that are not sockets. */
    int read(int fd, long address, int length);

    /** write(2), for fds that are not sockets. */
    int write(int fd, long address, int length);

    /**
     * open(2) of an existing file for reading, with O_NONBLOCK: without it, opening a FIFO would
     * wait for a writer.
     *
     * @param pathAddress of a NUL-terminated path
     */
    int open(long pathAddress);

    /** The size of what {@link #fstat} stores, in bytes. */
    int FACTS_SIZE = 5 * Long.BYTES;

    /**
     * fstat(2); stores five longs at {@code factsAddress}: st_mode, st_size in bytes, st_mtime in
     * seconds since 1970, st_dev and st_ino.
     */
    int fstat(int fd, long factsAddress);

    /** pread(2): bytes read, 0 at the end of the file. */
    int pread(int fd, long address, int length, long offset);

    /**
     * sendfile(2) of Linux, from a file to a socket. Where it fails with EINVAL or ENOSYS, {@link
     * #pread} and {@link #send} do the same with a copy.
     *
     * @return bytes sent; 0 at the end of the file; {@code -EINVAL} if it does not support the
     *     file; {@code -ENOSYS} on systems without it
     */
    int sendfile(int socketFd, int fileFd, long offset, int length);

    /**
     * writev(2), for sockets too: it may raise SIGPIPE, which the JVM ignores.
     *
     * @param vectorAddress of {@code count} {@code struct iovec}: a long for the address and one
     *     for the length
     */
    int writev(int fd, long vectorAddress, int count);

    /**
     * Bytes in the send buffer that the peer has not acknowledged: SIOCOUTQ, FIONWRITE or
     * SO_NWRITE. {@code -ENOPROTOOPT} on OpenBSD and DragonFly BSD, which have none of them.
     */
    int unacknowledged(int fd);

    /**
     * poll(2) over an array of {@code struct pollfd}.
     *
     * @param timeoutNanos negative waits without a timeout; rounded up to milliseconds on macOS
     */
    int poll(long pollfdsAddress, int count, long timeoutNanos);

    /**
     * select(2) over bitmaps of any length: FD_SETSIZE, 1024, limits the C macros but not the
     * kernel.
     *
     * @param count the highest fd in any bitmap, plus 1
     * @param readBits bit {@code fd % 64} of native long {@code fd / 64}; 0 for none
     * @param timeoutNanos negative waits without a timeout; rounded up to microseconds
     */
    int select(int count, long readBits, long writeBits, long exceptBits, long timeoutNanos);

    /**
     * Whether it makes sense to poll an fd: 0; -EBADF if it is not open, or open with O_PATH only;
     * -EPERM if it is always ready: files, directories, memory devices. On Linux the answer is that
     * of epoll_ctl(2): some files of proc and sysfs can be polled, and some devices cannot.
     */
    int checkPollable(int fd);

    /** Allocates zeroed memory for a buffer; null if the system has no memory. */
    default NativeMemory memory(int size) {
        return NativeMemory.tryAllocate(size);
    }

    /** shutdown(2). */
    int shutdown(int fd, int how);

    /**
     * close(2). Do not repeat it after EINTR: the fd is closed, and another thread may have got the
     * same number (close(2), "Dealing with error returns from close()").
     */
    int close(int fd);
}
