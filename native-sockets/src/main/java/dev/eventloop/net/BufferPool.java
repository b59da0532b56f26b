package dev.eventloop.net;

/**
 * Buffers of one size on a singly linked free list: taking and giving back are O(1). Grows as
 * needed, keeps {@code maxFree} buffers at most and gives the rest back to the system. Confined to
 * one thread at a time.
 */
public final class BufferPool implements AutoCloseable {
    private final int capacity;
    private final int maxFree;
    private NativeBuffer free;
    private int freeCount;
    private int takenCount;

    /**
     * @param capacity of each buffer, in bytes
     * @param maxFree how many free buffers are kept for the next time
     */
    public BufferPool(int capacity, int maxFree) {
        this.capacity = capacity;
        this.maxFree = maxFree;
    }

    /** An empty buffer. */
    public NativeBuffer take() {
        NativeBuffer buffer = free;
        if (buffer == null) {
            buffer = NativeBuffer.allocate(capacity);
        } else {
            free = buffer.next;
            buffer.next = null;
            freeCount--;
        }
        takenCount++;
        return buffer;
    }

    /** Gives a buffer back, whatever is in it. */
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

    /** How many buffers are out. */
    public int taken() {
        return takenCount;
    }

    /** Frees the buffers that are in the pool. */
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
