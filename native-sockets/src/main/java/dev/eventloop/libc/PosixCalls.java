package dev.eventloop.libc;

/**
 * The symbols of libc that {@link PosixLibC} calls, as JNR binds them: at most five integer
 * parameters and nothing but numbers, so that each becomes a machine code stub. A result that fits
 * is taken as int though C says ssize_t.
 */
final class PosixCalls {
    private PosixCalls() {}

    /** Public, since JNR's generated class lives in another class loader. */
    @SuppressWarnings("checkstyle:MethodName") // the names are the symbols'
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

        /** Variadic in C; who creates nothing passes nothing for the dots. */
        int open(long path, int flags);

        int pread(int fd, long buffer, long length, long offset);

        int writev(int fd, long vector, int count);

        int select(int count, long read, long write, long except, long timeval);

        int shutdown(int fd, int how);

        int close(int fd);
    }
}
