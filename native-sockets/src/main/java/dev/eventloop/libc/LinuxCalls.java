package dev.eventloop.libc;

import jnr.ffi.provider.jffi.NoX86;

/** The libc functions that {@link LinuxNativeLibC} calls in addition to {@link PosixCalls}. */
final class LinuxCalls {
    private LinuxCalls() {}

    /** Public because JNR's generated class is in another class loader. */
    @SuppressWarnings("checkstyle:MethodName") // the names of the C functions
    public interface Symbols extends PosixCalls.Symbols {
        int pipe2(long fds, int flags);

        int accept4(int fd, long address, long length, int flags);

        int sendfile(int socketFd, int fileFd, long offset, long length);

        int fcntl(int fd, int command, int argument);

        int ioctl(int fd, long request, long argument);

        int ppoll(long fds, long count, long timespec, long mask);

        int epoll_create1(int flags);

        int epoll_ctl(int epollFd, int operation, int fd, long event);

        int epoll_wait(int epollFd, long events, int maxEvents, int timeout);

        int epoll_pwait2(int epollFd, long events, int maxEvents, long timespec, long mask);

        int eventfd(int initial, int flags);

        int inotify_init1(int flags);

        int inotify_add_watch(int fd, long path, int mask);

        int inotify_rm_watch(int fd, int watch);

        /** For system calls without a libc function; bound with two arguments. */
        int syscall(long number, long first, long second);
    }

    /**
     * Without machine code stubs, because splice has six integer arguments; see {@link
     * ProcessCalls.Mapping}.
     */
    @NoX86
    public interface Splicing {
        int splice(int fromFd, long fromOffset, int toFd, long toOffset, long length, int flags);
    }
}
