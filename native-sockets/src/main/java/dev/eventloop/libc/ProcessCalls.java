package dev.eventloop.libc;

import jnr.ffi.LibraryLoader;
import jnr.ffi.provider.jffi.NoX86;

/**
 * The libc functions for memory, limits, cores, signals and output, as JNR binds them. They share
 * one interface, since each interface costs some milliseconds at start-up, and that of jnr-posix
 * 100 ms.
 */
final class ProcessCalls {
    static final Symbols LIBC =
            LibraryLoader.create(Symbols.class).load(SystemLibC.libraryOfTheProcess());
    static final Mapping MAPPING =
            LibraryLoader.create(Mapping.class).load(SystemLibC.libraryOfTheProcess());

    private ProcessCalls() {}

    /**
     * Not every system has every function; JNR fails only when a missing one is called. Public
     * because JNR's generated class is in another class loader.
     */
    @SuppressWarnings("checkstyle:MethodName") // the names of the C functions
    public interface Symbols {
        long calloc(long count, long size);

        void free(long address);

        int dup2(int fd, int replaced);

        int getrlimit(int resource, long rlimit);

        int setrlimit(int resource, long rlimit);

        int sched_getaffinity(int thread, long size, long mask);

        int sched_setaffinity(int thread, long size, long mask);

        int sigaction(int signal, long action, long before);

        int sigemptyset(long set);

        int sigaddset(long set, int signal);

        int pthread_sigmask(int how, long set, long before);
    }

    /**
     * Without machine code stubs: on x86-64 those of jnr-ffi pass garbage as the sixth of six
     * integer arguments (https://github.com/jnr/jnr-ffi/issues/181). JNR reads the annotation on
     * the type only.
     */
    @NoX86
    public interface Mapping {
        long mmap(long address, long length, int protection, int flags, int fd, long offset);

        int munmap(long address, long length);
    }
}
