package dev.eventloop.examples.logcollector;

import java.util.ArrayDeque;
import org.jctools.queues.atomic.SpscAtomicArrayQueue;

/**
 * The chunks of one loop, allocated on demand up to a limit. The store returns each chunk twice:
 * when its lines can be acknowledged, and when its memory is free. If lines are acknowledged before
 * they are written, the first comes long before the second.
 */
final class ChunkPool {
    private final Intake home;
    private final int bound;
    private final ArrayDeque<Chunk> free;
    private final SpscAtomicArrayQueue<Chunk> acknowledged;
    private final SpscAtomicArrayQueue<Chunk> released;
    private int made;

    ChunkPool(Intake home, int bound) {
        this.home = home;
        this.bound = bound;
        this.free = new ArrayDeque<>(bound);
        this.acknowledged = new SpscAtomicArrayQueue<>(bound);
        this.released = new SpscAtomicArrayQueue<>(bound);
    }

    /** Takes the most recently used free chunk (it may still be in the CPU cache), or null. */
    Chunk take() {
        Chunk chunk = free.pollLast();
        if (chunk == null && made < bound) {
            chunk = new Chunk(home);
            made++;
        }
        return chunk;
    }

    /** The next chunk whose lines can be acknowledged, or null. */
    Chunk acknowledged() {
        return acknowledged.poll();
    }

    /**
     * The number of chunks that the store has released. Their acknowledgements are available
     * already, so call this, then process the acknowledgements, then call {@link #collect}.
     */
    int released() {
        return released.size();
    }

    /** Takes back a number of released chunks. */
    void collect(int count) {
        for (int i = 0; i < count; i++) {
            Chunk chunk = released.poll();
            chunk.clear();
            free.addLast(chunk);
        }
    }

    /** Takes back an unused chunk. */
    void giveBack(Chunk chunk) {
        free.addLast(chunk);
    }

    /** The number of chunks that can be taken. */
    int room() {
        return free.size() + bound - made;
    }

    /** Returns whether no chunk is in use. */
    boolean isWhole() {
        return free.size() == made;
    }

    /** Called by the store's thread when the lines are as safe as {@link Sync} guarantees. */
    void acknowledge(Chunk chunk) {
        acknowledged.add(chunk);
    }

    /** Called by the store's thread when the memory is free. */
    void release(Chunk chunk) {
        released.add(chunk);
    }
}
