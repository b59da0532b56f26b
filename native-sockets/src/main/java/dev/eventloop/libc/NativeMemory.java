package dev.eventloop.libc;

import com.kenai.jffi.MemoryIO;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A piece of memory outside the Java heap, filled with zeroes, freed by {@link #close} and by
 * nothing else. From {@value #MAPPED_FROM} bytes on it is mapped by itself, so that its pages go
 * back to the system when it is freed, not to the C library's heap.
 *
 * <p>Reads and writes go through a direct {@link ByteBuffer}: JNR's own memory access uses {@code
 * sun.misc.Unsafe}, of which JDK 24 and later warn (JEP 498). Confined to one thread at a time.
 */
public final class NativeMemory implements AutoCloseable {
    private static final int MAPPED_FROM = 16 * 1024;

    // sys/mman.h, but for MAP_ANON the same everywhere
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS =
            0x02 | OperatingSystem.current().mapAnonymous();

    private final long address;
    private final int size;
    private ByteBuffer buffer;

    private NativeMemory(long address, int size) {
        this.address = address;
        this.size = size;
        this.buffer = view(address, size);
    }

    /**
     * Memory of {@code size} bytes.
     *
     * @throws OutOfMemoryError if the system has none
     */
    public static NativeMemory allocate(int size) {
        NativeMemory memory = tryAllocate(size);
        if (memory == null) {
            throw new OutOfMemoryError("no " + size + " bytes of native memory");
        }
        return memory;
    }

    /** As {@link #allocate}; null if the system has none. */
    public static NativeMemory tryAllocate(int size) {
        long address =
                size < MAPPED_FROM
                        ? ProcessCalls.LIBC.calloc(1, size)
                        : ProcessCalls.MAPPING.mmap(
                                0, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        if (address == 0 || address == -1) {
            return null;
        }
        NativeMemory memory = null;
        try {
            memory = new NativeMemory(address, size);
            return memory;
        } finally {
            if (memory == null) { // the heap has no room for the Java objects
                free(address, size);
            }
        }
    }

    /**
     * Somebody else's memory, in the machine's byte order: for who stands in for the kernel, and is
     * handed addresses. Whether there is memory is the caller's to know.
     */
    public static ByteBuffer view(long address, int size) {
        return MemoryIO.getInstance()
                .newDirectByteBuffer(address, size)
                .order(ByteOrder.nativeOrder());
    }

    /** The address of a direct buffer's byte 0. */
    public static long address(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress((Buffer) direct);
    }

    /** The address of the first byte. */
    public long address() {
        return address;
    }

    /** The memory as a buffer in the machine's byte order; not to be used after close. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** The size in bytes. */
    public int size() {
        return size;
    }

    @Override
    public void close() {
        if (buffer == null) {
            return;
        }
        buffer = null;
        free(address, size);
    }

    private static void free(long address, int size) {
        if (size < MAPPED_FROM) {
            ProcessCalls.LIBC.free(address);
        } else {
            ProcessCalls.MAPPING.munmap(address, size);
        }
    }
}
