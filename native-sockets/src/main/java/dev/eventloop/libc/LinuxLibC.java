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

    /** inotify_init1(2), non-blocking and close-on-exec. */
    default int inotifyInit() {
        return -Errno.ENOSYS;
    }

    /** inotify_add_watch(2); the number of the watch. The path ends with a zero. */
    default int inotifyAddWatch(int inotifyFd, long pathAddress, int mask) {
        return -Errno.ENOSYS;
    }

    /** inotify_rm_watch(2). */
    default int inotifyRemoveWatch(int inotifyFd, int watch) {
        return -Errno.ENOSYS;
    }

    /** pidfd_open(2), Linux 5.3, close-on-exec: readable when that process has ended. */
    default int pidfdOpen(long pid) {
        return -Errno.ENOSYS;
    }
}
