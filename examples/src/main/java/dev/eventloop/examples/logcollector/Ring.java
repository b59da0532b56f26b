package dev.eventloop.examples.logcollector;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The newest lines, in memory of a fixed size: a circle of bytes, and a circle of entries that say
 * where each batch of lines begins, which number its first line has and when it came. The oldest
 * batch makes way for the newest.
 *
 * <p>One thread writes, any may read, and nobody waits: the writer moves {@code tail} past a batch
 * before it writes over it, and who has copied a batch looks at {@code tail} afterwards. If it has
 * passed the batch, what was copied may be torn, and is thrown away.
 */
final class Ring {
    /** So many bytes of room per entry: with smaller batches the entries run out first. */
    private static final int BYTES_PER_ENTRY = 256;

    private final ByteBuffer arena;
    private final int mask;
    private final long[] positions;
    private final long[] firstLines;
    private final long[] times;

    /** The oldest entry that is there, and the one to be written next. Both only grow. */
    private volatile long tail;

    private volatile long head;

    /** When the newest entry came. */
    private long newest;

    /**
     * @param capacity in bytes; at least the size of a batch
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
     * Adds a batch: bytes [0, length) are {@code lines} lines. Only ever one thread.
     *
     * @param millis when they came; a clock that was set back stands still here
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
        // The slot behind the newest entry is in use too: it says where that one ends.
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

    /** The entry that the next batch will have. */
    long head() {
        return head;
    }

    /** When this entry's lines came; of an entry that is gone, anything. */
    long time(long entry) {
        return times[slot(entry)];
    }

    /** The number of this entry's first line, from 0; of an entry that is gone, anything. */
    long firstLine(long entry) {
        return firstLines[slot(entry)];
    }

    /** How many lines are there. */
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
     * @return how many, or -1 if the entry is gone
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
