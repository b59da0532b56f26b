package dev.eventloop.libc;

import jnr.ffi.LibraryLoader;
import jnr.ffi.provider.jffi.NoX86;

/** The symbols of libc that {@link NativeMemory} calls, as JNR binds them. */
final class MemoryCalls {
    static final Heap HEAP = LibraryLoader.create(Heap.class).load("c");
    static final Mapping MAPPING = LibraryLoader.create(Mapping.class).load("c");

    private MemoryCalls() {}

    /** Public, since JNR's generated class lives in another class loader. */
    public interface Heap {
        long calloc(long count, long size);

        void free(long address);
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
