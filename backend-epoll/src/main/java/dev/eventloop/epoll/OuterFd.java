package dev.eventloop.epoll;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;

/**
 * The fd by which another loop waits for a poller: an epoll instance with the poller's in it, since
 * the poller may replace its own. Opened when it is first asked for.
 */
final class OuterFd implements AutoCloseable {
    private static final int NONE = -1;

    private final LinuxLibC libc;
    private final EpollEventLayout layout;
    private int fd = NONE;

    OuterFd(LinuxLibC libc, EpollEventLayout layout) {
        this.libc = libc;
        this.layout = layout;
    }

    /** The fd, which is readable when {@code innerFd} is. */
    int of(int innerFd) throws ErrnoException {
        if (fd == NONE) {
            int opened = Errno.check(libc.epollCreate(), "epoll_create1 of", "an event loop");
            try {
                watch(opened, innerFd);
            } catch (ErrnoException e) {
                libc.close(opened);
                throw e;
            }
            fd = opened;
        }
        return fd;
    }

    /** The poller has another epoll instance, and has closed the one before. */
    void innerReplaced(int innerFd) throws ErrnoException {
        if (fd != NONE) {
            watch(fd, innerFd);
        }
    }

    private void watch(int outerFd, int innerFd) throws ErrnoException {
        try (EpollMemory memory = new EpollMemory(layout, 0)) {
            int result =
                    libc.epollCtl(
                            outerFd,
                            EpollPoller.EPOLL_CTL_ADD,
                            innerFd,
                            memory.change(EpollPoller.EPOLLIN, innerFd));
            Errno.check(result, "add", "the epoll fd " + innerFd);
        }
    }

    @Override
    public void close() {
        if (fd != NONE) {
            libc.close(fd);
        }
    }
}
