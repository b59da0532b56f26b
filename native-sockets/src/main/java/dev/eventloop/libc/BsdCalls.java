package dev.eventloop.libc;

import jnr.ffi.annotations.Variadic;

/** The libc functions that {@link BsdNativeLibC} calls in addition to {@link PosixCalls}. */
final class BsdCalls {
    private BsdCalls() {}

    /**
     * Not every system has every function, see {@link BsdTraits}; JNR fails only when a missing one
     * is called. Public because JNR's generated class is in another class loader.
     */
    public interface Symbols extends PosixCalls.Symbols {
        int pipe(long fds);

        int pipe2(long fds, int flags);

        int accept(int fd, long address, long length);

        int accept4(int fd, long address, long length, int flags);

        /** Apple's arm64 ABI passes variadic arguments on the stack, never in registers. */
        @Variadic(fixedCount = 2)
        int fcntl(int fd, int command, int argument);

        @Variadic(fixedCount = 2)
        int ioctl(int fd, long request, long argument);

        int poll(long fds, int count, int timeoutMillis);

        int ppoll(long fds, int count, long timespec, long mask);
    }
}
