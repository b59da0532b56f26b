package dev.eventloop.libc;

/** System calls of Linux beyond POSIX. Results and threads: as in {@link LibC}. */
public interface LinuxLibC extends LibC {
    /** epoll_create1(2) with EPOLL_CLOEXEC. */
    int epollCreate();

    /** epoll_ctl(2). */
    int epollCtl(int epollFd, int operation, int fd, long eventAddress);

    /**
     * epoll_wait(2).
     *
     * @param timeoutMillis -1 waits without a timeout
     */
    int epollWait(int epollFd, long eventsAddress, int maxEvents, int timeoutMillis);

    /**
     * epoll_pwait2(2), since Linux 5.11; {@code -ENOSYS} if the kernel or the C library lacks it.
     *
     * @param timespecAddress the timeout; 0 waits without a timeout
     */
    int epollPwait2(int epollFd, long eventsAddress, int maxEvents, long timespecAddress);

    /** eventfd(2), non-blocking and close-on-exec. */
    int eventfd();

    /**
     * splice(2) from a socket into a pipe or from a pipe into a socket, with SPLICE_F_MOVE and
     * SPLICE_F_NONBLOCK.
     *
     * @return bytes moved; 0 at EOF; -EAGAIN if the source is empty or the target is full
     */
    int splice(int fromFd, int toFd, int length);

    /**
     * Sets the capacity of a pipe, F_SETPIPE_SZ of fcntl(2).
     *
     * @return the new capacity in bytes, which may be larger; -EPERM above
     *     /proc/sys/fs/pipe-max-size or pipe-user-pages-soft
     */
    int pipeCapacity(int fd, int bytes);

    /** inotify_init1(2), non-blocking and close-on-exec. */
    default int inotifyInit() {
        return -Errno.ENOSYS;
    }

    /** inotify_add_watch(2): the watch descriptor. The path is NUL-terminated. */
    default int inotifyAddWatch(int inotifyFd, long pathAddress, int mask) {
        return -Errno.ENOSYS;
    }

    /** inotify_rm_watch(2). */
    default int inotifyRemoveWatch(int inotifyFd, int watch) {
        return -Errno.ENOSYS;
    }

    /**
     * pidfd_open(2), since Linux 5.3: a close-on-exec fd that is readable once the process has
     * exited.
     */
    default int pidfdOpen(long pid) {
        return -Errno.ENOSYS;
    }
}
