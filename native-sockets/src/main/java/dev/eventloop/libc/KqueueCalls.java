package dev.eventloop.libc;

import jnr.ffi.provider.jffi.NoX86;

/** The functions of kqueue(2), as JNR binds them. */
final class KqueueCalls {
    private KqueueCalls() {}

    /**
     * Without machine code stubs, because kevent has six integer arguments; see {@link
     * ProcessCalls.Mapping}. Public because JNR's generated class is in another class loader.
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
