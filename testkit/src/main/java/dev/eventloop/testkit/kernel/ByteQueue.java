package dev.eventloop.testkit.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A FIFO queue of bytes, which grows as needed. */
final class ByteQueue {
    private byte[] bytes = new byte[0];
    private int head;
    private int size;

    int size() {
        return size;
    }

    void put(ByteBuffer source, int count) {
        if (count == 0) {
            return;
        }
        ensureCapacity(size + count);
        int tail = (head + size) % bytes.length;
        int first = Math.min(count, bytes.length - tail);
        source.get(bytes, tail, first);
        source.get(bytes, 0, count - first);
        size += count;
    }

    void put(byte[] source) {
        put(ByteBuffer.wrap(source), source.length);
    }

    void peek(ByteBuffer target, int count) {
        int first = Math.min(count, bytes.length - head);
        target.put(bytes, head, first);
        target.put(bytes, 0, count - first);
    }

    void take(ByteBuffer target, int count) {
        if (count == 0) {
            return;
        }
        peek(target, count);
        head = (head + count) % bytes.length;
        size -= count;
        if (size == 0) {
            clear();
        }
    }

    byte[] take(int count) {
        byte[] taken = new byte[count];
        take(ByteBuffer.wrap(taken), count);
        return taken;
    }

    /** Empties the queue and frees its memory. */
    void clear() {
        bytes = new byte[0];
        head = 0;
        size = 0;
    }

    private void ensureCapacity(int needed) {
        if (needed <= bytes.length) {
            return;
        }
        byte[] larger = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        int wrapped = head + size - bytes.length;
        if (wrapped > 0) { // the part that wrapped around in the old array
            System.arraycopy(bytes, 0, larger, bytes.length, wrapped);
        }
        bytes = larger;
    }
}
