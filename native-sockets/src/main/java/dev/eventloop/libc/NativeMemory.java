package dev.eventloop.libc;

import com.kenai.jffi.MemoryIO;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A block of memory outside the Java heap, zeroed when it is allocated. Only {@link #close} frees
 * it; the garbage collector does not. A block of {@value #MAPPED_FROM} bytes or more is mapped with
 * mmap(2), so that freeing it returns its pages to the system instead of to the C library's heap.
 *
 * <p>Reads and writes go through a direct {@link ByteBuffer}: JNR's own memory access uses {@code
 * sun.misc.Unsafe}, which JDK 24 and later warn about (JEP 498). Confined to one thread at a time.
 */
public final class NativeMemory implements AutoCloseable {
    private static final int MAPPED_FROM = 16 * 1024;

    // sys/mman.h; only the value of MAP_ANON differs between systems
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS =
            0x02 | OperatingSystem.current().mapAnonymous();

    /** Not a LongAdder, which allocates under contention. */
    private static final AtomicLong LIVE_BYTES = new AtomicLong();

    private final long address;
    private final int size;

    /** Null after close. */
    private ByteBuffer buffer;

    private NativeMemory(long address, int size) {
        this.address = address;
        this.size = size;
        this.buffer = view(address, size);
    }

    /**
     * Allocates {@code size} bytes.
     *
     * @throws OutOfMemoryError if the system has no memory
     */
    public static NativeMemory allocate(int size) {
        NativeMemory memory = tryAllocate(size);
        if (memory == null) {
            throw new OutOfMemoryError("no " + size + " bytes of native memory");
        }
        return memory;
    }

    /** Allocates {@code size} bytes; null if the system has no memory. */
    public static NativeMemory tryAllocate(int size) {
        long address =
                size < MAPPED_FROM
                        ? ProcessCalls.LIBC.calloc(1, size)
                        : ProcessCalls.MAPPING.mmap(
                                0, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        if (address == 0 || address == -1) {
            return null;
        }
        LIVE_BYTES.addAndGet(size);
        NativeMemory memory = null;
        try {
            memory = new NativeMemory(address, size);
            return memory;
        } finally {
            if (memory == null) { // OutOfMemoryError: the heap has no room for the Java objects
                free(address, size);
            }
        }
    }

    /**
     * A view of memory that somebody else owns, in native byte order; for a simulated kernel, which
     * receives addresses. The caller must know that {@code size} bytes are mapped there.
     */
    public static ByteBuffer view(long address, int size) {
        return MemoryIO.getInstance()
                .newDirectByteBuffer(address, size)
                .order(ByteOrder.nativeOrder());
    }

    /** The address of byte 0 of a direct buffer. */
    public static long address(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress((Buffer) direct);
    }

    /**
     * The address of the first byte.
     *
     * @throws IllegalStateException if the memory is closed
     */
    public long address() {
        if (buffer == null) {
            throw closed();
        }
        return address;
    }

    /**
     * The memory as a buffer in native byte order. A buffer obtained before {@link #close} must not
     * be used afterwards.
     *
     * @throws IllegalStateException if the memory is closed
     */
    public ByteBuffer buffer() {
        ByteBuffer open = buffer;
        if (open == null) {
            throw closed();
        }
        return open;
    }

    /** The size in bytes. */
    public int size() {
        return size;
    }

    /** Whether {@link #close} has not been called yet. */
    public boolean isOpen() {
        return buffer != null;
    }

    /** Frees the memory. Idempotent. */
    @Override
    public void close() {
        if (buffer == null) {
            return;
        }
        buffer = null;
        free(address, size);
    }

    /**
     * Bytes that are allocated and not closed, in this process: for metrics, and tests of leaks.
     */
    public static long liveBytes() {
        return LIVE_BYTES.get();
    }

    private IllegalStateException closed() {
        return new IllegalStateException(
                "native memory of "
                        + size
                        + " bytes is used after close(); close it after its last use");
    }

    private static void free(long address, int size) {
        LIVE_BYTES.addAndGet(-size);
        if (size < MAPPED_FROM) {
            ProcessCalls.LIBC.free(address);
        } else {
            ProcessCalls.MAPPING.munmap(address, size);
        }
    }
}
