package dev.eventloop.libc;

/** What Linux has beyond POSIX. The rules of {@link LibC} hold. */
public interface LinuxLibC extends LibC {
    /** epoll_create1(2) with EPOLL_CLOEXEC. */
    int epollCreate();

    /** epoll_ctl(2). */
    int epollCtl(int epollFd, int operation, int fd, long eventAddress);

    /** epoll_wait(2); milliseconds, -1 waits for ever. */
    int epollWait(int epollFd, long eventsAddress, int maxEvents, int timeoutMillis);

    /**
     * epoll_pwait2(2), Linux 5.11; {@code timespecAddress} 0 waits for ever. {@code -ENOSYS} where
     * the kernel or the C library lacks it.
     */
    int epollPwait2(int epollFd, long eventsAddress, int maxEvents, long timespecAddress);

    /** eventfd(2), non-blocking and close-on-exec. */
    int eventfd();

    /**
     * splice(2) from a socket into a pipe or from a pipe into a socket, without offsets, flags MOVE
     * and NONBLOCK: the bytes moved, 0 at the end of the stream, or -EAGAIN if there are none or
     * there is no room for any.
     */
    int splice(int fromFd, int toFd, int length);

    /**
     * Wishes a pipe's capacity, F_SETPIPE_SZ of fcntl(2): what it has now, in bytes; or -EPERM
     * beyond /proc/sys/fs/pipe-max-size, or if the user has too many of them.
     */
    int pipeCapacity(int fd, int bytes);
}
