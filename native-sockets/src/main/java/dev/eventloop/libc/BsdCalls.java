package dev.eventloop.libc;

import jnr.ffi.annotations.Variadic;

/** The symbols of libc that {@link BsdNativeLibC} calls besides; see {@link PosixCalls}. */
final class BsdCalls {
    private BsdCalls() {}

    /**
     * Not every system has every one: {@link BsdTraits}. JNR minds only when one is called. Public,
     * since JNR's generated class lives in another class loader.
     */
    public interface Symbols extends PosixCalls.Symbols {
        int pipe(long fds);

        int pipe2(long fds, int flags);

        int accept(int fd, long address, long length);

        int accept4(int fd, long address, long length, int flags);

        /** On Apple's arm64 what stands for the dots goes by the stack, never by registers. */
        @Variadic(fixedCount = 2)
        int fcntl(int fd, int command, int argument);

        @Variadic(fixedCount = 2)
        int ioctl(int fd, long request, long argument);

        int poll(long fds, int count, int timeoutMillis);

        int ppoll(long fds, int count, long timespec, long mask);
    }
}
