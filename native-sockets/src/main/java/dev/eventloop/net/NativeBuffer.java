package dev.eventloop.net;

import dev.eventloop.libc.NativeMemory;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A FIFO of bytes outside the Java heap, on their way from one fd to another: writes append at the
 * end, reads remove from the front. Confined to one thread at a time.
 *
 * <p>After {@link #close}, every method that touches the bytes throws {@link
 * IllegalStateException}, and so do {@link Sockets#read(int, NativeBuffer)} and {@link
 * Sockets#write(int, NativeBuffer)}, before they enter the kernel.
 */
public final class NativeBuffer implements AutoCloseable {
    private final NativeMemory memory;

    /** Index of the first byte to read. */
    private int start;

    /** Index of the first free byte. */
    private int end;

    /** The next buffer in a pool's free list. */
    NativeBuffer next;

    NativeBuffer(NativeMemory memory) {
        this.memory = memory;
    }

    /**
     * Allocates a buffer; free it with {@link #close}.
     *
     * @param capacity in bytes
     * @throws IllegalArgumentException if the capacity is not positive
     * @throws OutOfMemoryError if the system has no memory
     */
    public static NativeBuffer allocate(int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException(
                    "cannot allocate a buffer of " + capacity + " bytes; give at least 1");
        }
        return new NativeBuffer(NativeMemory.allocate(capacity));
    }

    /** Bytes that can be read. */
    public int readable() {
        return end - start;
    }

    /** Bytes that can be appended. */
    public int writable() {
        return memory.size() - end;
    }

    /** The capacity in bytes. */
    public int capacity() {
        return memory.size();
    }

    /** Discards all bytes. */
    public void clear() {
        start = 0;
        end = 0;
    }

    /**
     * Moves bytes to {@code target}, as many as it has room for.
     *
     * @return bytes moved
     * @throws IllegalStateException if the buffer is closed
     */
    public int get(ByteBuffer target) {
        int count = Math.min(readable(), target.remaining());
        target.put(memory.buffer().slice(start, count));
        consumed(count);
        return count;
    }

    /**
     * Removes the first byte.
     *
     * @throws BufferUnderflowException if the buffer is empty
     * @throws IllegalStateException if the buffer is closed
     */
    public byte get() {
        ByteBuffer bytes = memory.buffer();
        if (start == end) {
            throw new BufferUnderflowException();
        }
        byte value = bytes.get(start);
        consumed(1);
        return value;
    }

    /**
     * Returns a byte without removing it.
     *
     * @param index 0 for the first byte
     * @throws IndexOutOfBoundsException if the index is not below {@link #readable}
     * @throws IllegalStateException if the buffer is closed
     */
    public byte peek(int index) {
        return memory.buffer().get(start + Objects.checkIndex(index, readable()));
    }

    /**
     * Discards bytes from the front.
     *
     * @param atMost how many; fewer if the buffer has fewer
     * @return bytes discarded
     */
    public int skip(int atMost) {
        int count = Math.max(0, Math.min(readable(), atMost));
        consumed(count);
        return count;
    }

    /**
     * Moves the bytes to the front, so that all of the free room is behind them.
     *
     * @throws IllegalStateException if the buffer is closed
     */
    public void compact() {
        int count = readable();
        ByteBuffer bytes = memory.buffer();
        bytes.slice(0, count).put(bytes.slice(start, count)); // they may overlap
        start = 0;
        end = count;
    }

    /**
     * Appends bytes of {@code source}, as many as fit.
     *
     * @return bytes appended
     * @throws IllegalStateException if the buffer is closed
     */
    public int put(ByteBuffer source) {
        int count = Math.min(writable(), source.remaining());
        ByteBuffer part = source.slice().limit(count);
        memory.buffer().slice(end, count).put(part);
        source.position(source.position() + count);
        produced(count);
        return count;
    }

    /**
     * Appends one byte.
     *
     * @throws BufferOverflowException if the buffer is full
     * @throws IllegalStateException if the buffer is closed
     */
    public void put(byte value) {
        ByteBuffer bytes = memory.buffer();
        if (writable() == 0) {
            throw new BufferOverflowException();
        }
        bytes.put(end, value);
        produced(1);
    }

    /** Frees the memory. Idempotent. */
    @Override
    public void close() {
        clear();
        memory.close();
    }

    @Override
    public String toString() {
        return "NativeBuffer[" + readable() + " of " + capacity() + " bytes]";
    }

    /** Throws IllegalStateException if the buffer is closed; so does {@link #writeAddress}. */
    long readAddress() {
        return memory.address() + start;
    }

    long writeAddress() {
        return memory.address() + end;
    }

    /** Removes bytes from the front that the kernel has read. */
    void consumed(int count) {
        start += count;
        if (start == end) {
            clear();
        }
    }

    /** Appends bytes that the kernel has written. */
    void produced(int count) {
        end += count;
    }
}
