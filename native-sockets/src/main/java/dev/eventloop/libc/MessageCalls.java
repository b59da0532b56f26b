package dev.eventloop.libc;

import jnr.ffi.LibraryLoader;

/**
 * The libc functions by which one process gives another its fds, as JNR binds them: on first use,
 * since most runs do not.
 */
final class MessageCalls {
    static final Symbols LIBC =
            LibraryLoader.create(Symbols.class).load(SystemLibC.libraryOfTheProcess());

    private MessageCalls() {}

    /** Public because JNR's generated class is in another class loader. */
    public interface Symbols {
        int sendmsg(int fd, long message, int flags);

        int recvmsg(int fd, long message, int flags);

        int geteuid();
    }
}
