package dev.eventloop.net;

import dev.eventloop.libc.NativeMemory;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Bytes outside the Java heap on their way from one fd to another: filled at the end, emptied at
 * the front. Confined to one thread at a time.
 */
public final class NativeBuffer implements AutoCloseable {
    private final NativeMemory memory;

    /** The first byte that was not taken yet, and the first that is free. */
    private int start;

    private int end;

    /** The next in a pool's free list. */
    NativeBuffer next;

    NativeBuffer(NativeMemory memory) {
        this.memory = memory;
    }

    /** A buffer of {@code capacity} bytes; free it with {@link #close}. */
    public static NativeBuffer allocate(int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("a buffer needs room; the capacity is " + capacity);
        }
        return new NativeBuffer(NativeMemory.allocate(capacity));
    }

    /** How many bytes are in it. */
    public int readable() {
        return end - start;
    }

    /** How many bytes still fit behind them. */
    public int writable() {
        return memory.size() - end;
    }

    /** How many bytes fit in all. */
    public int capacity() {
        return memory.size();
    }

    /** Forgets all bytes. */
    public void clear() {
        start = 0;
        end = 0;
    }

    /**
     * Takes the bytes that are in it, at most as many as there is room for in {@code target}.
     *
     * @return how many
     */
    public int get(ByteBuffer target) {
        int count = Math.min(readable(), target.remaining());
        target.put(memory.buffer().slice(start, count));
        consumed(count);
        return count;
    }

    /**
     * Takes one byte.
     *
     * @throws BufferUnderflowException if there is none
     */
    public byte get() {
        if (start == end) {
            throw new BufferUnderflowException();
        }
        byte value = memory.buffer().get(start);
        consumed(1);
        return value;
    }

    /**
     * One of the bytes that are in it; all of them stay.
     *
     * @param index how many bytes are before it
     * @throws IndexOutOfBoundsException if there is none
     */
    public byte peek(int index) {
        return memory.buffer().get(start + Objects.checkIndex(index, readable()));
    }

    /**
     * Drops bytes from the front, at most as many as there are.
     *
     * @return how many
     */
    public int skip(int atMost) {
        int count = Math.max(0, Math.min(readable(), atMost));
        consumed(count);
        return count;
    }

    /**
     * Adds bytes, at most as many as fit.
     *
     * @return how many
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
     * Adds one byte.
     *
     * @throws BufferOverflowException if there is no room
     */
    public void put(byte value) {
        if (writable() == 0) {
            throw new BufferOverflowException();
        }
        memory.buffer().put(end, value);
        produced(1);
    }

    @Override
    public void close() {
        memory.close();
    }

    @Override
    public String toString() {
        return "NativeBuffer[" + readable() + " of " + capacity() + " bytes]";
    }

    long readAddress() {
        return memory.address() + start;
    }

    long writeAddress() {
        return memory.address() + end;
    }

    /** Bytes were taken from the front. */
    void consumed(int count) {
        start += count;
        if (start == end) {
            clear();
        }
    }

    /** Bytes were written behind the end. */
    void produced(int count) {
        end += count;
    }
}
