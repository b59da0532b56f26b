package dev.eventloop.examples.logcollector;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The newest lines in a fixed amount of memory: a ring of bytes, and a ring of entries with the
 * start of each batch of lines, the number of its first line and its arrival time. The newest batch
 * overwrites the oldest.
 *
 * <p>One thread writes, any may read, and none waits: the writer moves {@code tail} past a batch
 * before it overwrites the batch, and a reader checks {@code tail} after it has copied a batch. If
 * {@code tail} has passed the batch, the copy may be torn, and the reader discards it.
 */
final class Ring {
    /** Bytes per entry: with smaller batches the entries run out before the bytes. */
    private static final int BYTES_PER_ENTRY = 256;

    private final ByteBuffer arena;
    private final int mask;
    private final long[] positions;
    private final long[] firstLines;
    private final long[] times;

    /** The oldest entry, and the next one to write. Both only increase. */
    private volatile long tail;

    private volatile long head;

    /** The arrival time of the newest entry. */
    private long newest;

    /**
     * @param capacity the size in bytes; at least the size of a batch
     */
    Ring(int capacity) {
        arena = ByteBuffer.allocateDirect(capacity);
        int entries = Integer.highestOneBit(Math.max(1024, capacity / BYTES_PER_ENTRY));
        mask = entries - 1;
        positions = new long[entries];
        firstLines = new long[entries];
        times = new long[entries];
    }

    /**
     * Adds a batch: bytes [0, length) are {@code lines} lines. Only one thread may call this.
     *
     * @param millis the arrival time; if the clock was set back, the previous time is used
     */
    void append(ByteBuffer bytes, int length, int lines, long millis) {
        long entry = head;
        int slot = slot(entry);
        int next = slot(entry + 1);
        long position = positions[slot];
        makeRoom(entry, position + length);
        int offset = offset(position);
        int first = Math.min(length, arena.capacity() - offset);
        arena.put(offset, bytes, 0, first);
        arena.put(0, bytes, first, length - first);
        newest = Math.max(newest, millis);
        times[slot] = newest;
        positions[next] = position + length;
        firstLines[next] = firstLines[slot] + lines;
        head = entry + 1;
    }

    private void makeRoom(long entry, long end) {
        long oldest = tail;
        // The slot after the newest entry is in use, too: it marks the end of that entry.
        while (end - positions[slot(oldest)] > arena.capacity() || entry + 1 - oldest > mask) {
            oldest++;
        }
        if (oldest != tail) {
            tail = oldest;
            VarHandle.fullFence(); // readers must see it before the first byte changes
        }
    }

    /** The oldest entry. */
    long tail() {
        return tail;
    }

    /** The next batch's entry. */
    long head() {
        return head;
    }

    /** The arrival time of this entry's lines; undefined for an overwritten entry. */
    long time(long entry) {
        return times[slot(entry)];
    }

    /** The number of this entry's first line, from 0; undefined for an overwritten entry. */
    long firstLine(long entry) {
        return firstLines[slot(entry)];
    }

    /** The number of lines. */
    long size() {
        while (true) {
            long oldest = tail;
            long size = firstLines[slot(head)] - firstLines[slot(oldest)];
            VarHandle.acquireFence();
            if (oldest == tail) {
                return size;
            }
        }
    }

    /**
     * Copies an entry's bytes.
     *
     * @return the number of bytes, or -1 if the entry was overwritten
     */
    int copy(long entry, byte[] into) {
        long position = positions[slot(entry)];
        int length = (int) (positions[slot(entry + 1)] - position);
        VarHandle.acquireFence();
        if (entry < tail) {
            return -1;
        }
        int offset = offset(position);
        int first = Math.min(length, arena.capacity() - offset);
        arena.get(offset, into, 0, first);
        arena.get(0, into, first, length - first);
        VarHandle.acquireFence();
        return entry < tail ? -1 : length;
    }

    private int slot(long entry) {
        return (int) entry & mask;
    }

    private int offset(long position) {
        return (int) (position % arena.capacity());
    }
}
