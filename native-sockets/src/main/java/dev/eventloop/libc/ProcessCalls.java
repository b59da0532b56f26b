package dev.eventloop.libc;

import jnr.ffi.LibraryLoader;
import jnr.ffi.provider.jffi.NoX86;

/**
 * The symbols of libc that a process calls for its own sake, for memory, limits and cores, as JNR
 * binds them: once and together, since every interface costs some milliseconds at the start, and
 * that of jnr-posix a hundred.
 */
final class ProcessCalls {
    static final Symbols LIBC =
            LibraryLoader.create(Symbols.class).load(SystemLibC.libraryOfTheProcess());
    static final Mapping MAPPING =
            LibraryLoader.create(Mapping.class).load(SystemLibC.libraryOfTheProcess());

    private ProcessCalls() {}

    /**
     * Not every system has every one; JNR minds only when one is called. Public, since JNR's
     * generated class lives in another class loader.
     */
    @SuppressWarnings("checkstyle:MethodName") // the names are the symbols'
    public interface Symbols {
        long calloc(long count, long size);

        void free(long address);

        int getrlimit(int resource, long rlimit);

        int setrlimit(int resource, long rlimit);

        int sched_getaffinity(int thread, long size, long mask);

        int sched_setaffinity(int thread, long size, long mask);
    }

    /**
     * Not by machine code stubs: on x86-64 those of jnr-ffi hand a function of six integer
     * arguments garbage as its sixth (https://github.com/jnr/jnr-ffi/issues/181). The annotation is
     * heeded on the type only.
     */
    @NoX86
    public interface Mapping {
        long mmap(long address, long length, int protection, int flags, int fd, long offset);

        int munmap(long address, long length);
    }
}
