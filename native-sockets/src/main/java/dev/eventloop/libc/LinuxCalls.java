package dev.eventloop.libc;

/**
 * The symbols of libc that {@link LinuxNativeLibC} calls, as JNR binds them: at most five integer
 * parameters and nothing but numbers, so that each becomes a machine code stub. A result that fits
 * is taken as int though C says ssize_t.
 */
final class LinuxCalls {
    private LinuxCalls() {}

    /** Public, since JNR's generated class lives in another class loader. */
    public interface Symbols {
        int socket(int domain, int type, int protocol);

        int socketpair(int domain, int type, int protocol, long fds);

        int pipe2(long fds, int flags);

        int bind(int fd, long address, int length);

        int listen(int fd, int backlog);

        int accept4(int fd, long address, long length, int flags);

        int connect(int fd, long address, int length);

        int getsockname(int fd, long address, long length);

        int getpeername(int fd, long address, long length);

        int setsockopt(int fd, int level, int name, long value, int length);

        int getsockopt(int fd, int level, int name, long value, long length);

        int recv(int fd, long buffer, long length, int flags);

        int send(int fd, long buffer, long length, int flags);

        int read(int fd, long buffer, long length);

        int write(int fd, long buffer, long length);

        int ioctl(int fd, long request, long argument);

        int ppoll(long fds, long count, long timespec, long mask);

        int select(int count, long read, long write, long except, long timeval);

        int shutdown(int fd, int how);

        int close(int fd);

        int epoll_create1(int flags);

        int epoll_ctl(int epollFd, int operation, int fd, long event);

        int epoll_wait(int epollFd, long events, int maxEvents, int timeout);

        int epoll_pwait2(int epollFd, long events, int maxEvents, long timespec, long mask);

        int eventfd(int initial, int flags);
    }
}
