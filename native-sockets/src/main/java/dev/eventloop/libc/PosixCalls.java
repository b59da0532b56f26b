package dev.eventloop.libc;

/**
 * The libc functions that {@link PosixLibC} calls, as JNR binds them. They have at most five
 * parameters, all of them integers, so that JNR generates a machine code stub for each. Results of
 * type ssize_t are declared as int, because no caller transfers more than 2 GiB.
 */
final class PosixCalls {
    private PosixCalls() {}

    /** Public because JNR's generated class is in another class loader. */
    @SuppressWarnings("checkstyle:MethodName") // the names of the C functions
    public interface Symbols {
        int socket(int domain, int type, int protocol);

        int socketpair(int domain, int type, int protocol, long fds);

        int bind(int fd, long address, int length);

        int listen(int fd, int backlog);

        int connect(int fd, long address, int length);

        int getsockname(int fd, long address, long length);

        int getpeername(int fd, long address, long length);

        int setsockopt(int fd, int level, int name, long value, int length);

        int getsockopt(int fd, int level, int name, long value, long length);

        int recv(int fd, long buffer, long length, int flags);

        int send(int fd, long buffer, long length, int flags);

        int read(int fd, long buffer, long length);

        int write(int fd, long buffer, long length);

        /** Variadic in C; the mode is needed only with O_CREAT. */
        int open(long path, int flags);

        int pread(int fd, long buffer, long length, long offset);

        int writev(int fd, long vector, int count);

        int select(int count, long read, long write, long except, long timeval);

        int shutdown(int fd, int how);

        int close(int fd);
    }
}
