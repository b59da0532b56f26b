package dev.eventloop.libc;

import jnr.ffi.LibraryLoader;
import jnr.ffi.provider.jffi.NoX86;

/** The libc functions for datagrams, as JNR binds them: on first use, since most runs have none. */
final class DatagramCalls {
    static final Symbols LIBC =
            LibraryLoader.create(Symbols.class).load(SystemLibC.libraryOfTheProcess());

    private DatagramCalls() {}

    /**
     * Without machine code stubs, because both have six integer arguments; see {@link
     * ProcessCalls.Mapping}. Public because JNR's generated class is in another class loader.
     */
    @NoX86
    public interface Symbols {
        int recvfrom(int fd, long buffer, long length, int flags, long peer, long peerLength);

        int sendto(int fd, long buffer, long length, int flags, long peer, int peerLength);
    }
}
