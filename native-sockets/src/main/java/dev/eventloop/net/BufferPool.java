package dev.eventloop.net;

import dev.eventloop.libc.NativeMemory;
import java.util.function.IntFunction;

/**
 * A pool of buffers of one size, on a singly linked free list: take and give are O(1). It grows as
 * needed and keeps at most {@code maxFree} free buffers; the rest are freed. Confined to one thread
 * at a time.
 */
public final class BufferPool implements AutoCloseable {
    private final IntFunction<NativeMemory> system;
    private final int capacity;
    private final int maxFree;
    private NativeBuffer free;
    private int freeCount;
    private int takenCount;

    /**
     * @param capacity of each buffer, in bytes
     * @param maxFree free buffers to keep for reuse
     */
    public BufferPool(int capacity, int maxFree) {
        this(NativeMemory::tryAllocate, capacity, maxFree);
    }

    /**
     * @param system allocates that many bytes; returns null if the system has no memory
     */
    BufferPool(IntFunction<NativeMemory> system, int capacity, int maxFree) {
        this.system = system;
        this.capacity = capacity;
        this.maxFree = maxFree;
    }

    /**
     * Takes an empty buffer.
     *
     * @throws OutOfMemoryError if the system has no memory
     */
    public NativeBuffer take() {
        NativeBuffer buffer = tryTake();
        if (buffer == null) {
            throw new OutOfMemoryError("no " + capacity + " bytes of native memory");
        }
        return buffer;
    }

    /** As {@link #take}; null if the system has no memory. */
    public NativeBuffer tryTake() {
        NativeBuffer buffer = free;
        if (buffer == null) {
            buffer = allocate();
            if (buffer == null) {
                return null;
            }
        } else {
            free = buffer.next;
            buffer.next = null;
            freeCount--;
        }
        takenCount++;
        return buffer;
    }

    private NativeBuffer allocate() {
        NativeMemory memory = system.apply(capacity);
        if (memory == null) {
            return null;
        }
        NativeBuffer buffer = null;
        try {
            buffer = new NativeBuffer(memory);
            return buffer;
        } finally {
            if (buffer == null) { // OutOfMemoryError: the heap has no room for the Java object
                memory.close();
            }
        }
    }

    /** Gives a buffer back; bytes left in it are discarded. */
    public void give(NativeBuffer buffer) {
        takenCount--;
        if (freeCount == maxFree) {
            buffer.close();
            return;
        }
        buffer.clear();
        buffer.next = free;
        free = buffer;
        freeCount++;
    }

    /** The number of buffers that are taken. */
    public int taken() {
        return takenCount;
    }

    /** Frees the buffers that are not taken. */
    @Override
    public void close() {
        while (free != null) {
            NativeBuffer buffer = free;
            free = buffer.next;
            buffer.close();
        }
        freeCount = 0;
    }
}
