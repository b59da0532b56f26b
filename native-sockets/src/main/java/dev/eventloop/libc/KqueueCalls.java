package dev.eventloop.libc;

import jnr.ffi.provider.jffi.NoX86;

/** The symbols of kqueue(2), as JNR binds them. */
final class KqueueCalls {
    private KqueueCalls() {}

    /**
     * Not by machine code stubs: kevent has six integer arguments; see {@link
     * ProcessCalls.Mapping}. Public, since JNR's generated class lives in another class loader.
     */
    @NoX86
    public interface Symbols {
        int kqueue();

        int kevent(
                int kqueueFd,
                long changes,
                int changeCount,
                long events,
                int eventCount,
                long timespec);
    }
}
