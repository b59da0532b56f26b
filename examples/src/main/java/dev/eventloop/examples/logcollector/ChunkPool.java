package dev.eventloop.examples.logcollector;

import java.util.ArrayDeque;
import org.jctools.queues.atomic.SpscAtomicArrayQueue;

/**
 * The chunks of one loop: made when first needed, never more than the bound. The store hands each
 * back twice: when its lines are to be acknowledged, and when its memory is free again. Where lines
 * are acknowledged before they are written the first comes long before the second.
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

    /** A chunk to read into, the one that was used last (it may still be in a cache); or null. */
    Chunk take() {
        Chunk chunk = free.pollLast();
        if (chunk == null && made < bound) {
            chunk = new Chunk(home);
            made++;
        }
        return chunk;
    }

    /** The next chunk whose lines are to be acknowledged; or null. */
    Chunk acknowledged() {
        return acknowledged.poll();
    }

    /**
     * How many chunks the store needs no more. Their acknowledgements are there already: who looks
     * at those after this and before {@link #collect} misses none.
     */
    int released() {
        return released.size();
    }

    /** Takes back so many chunks. */
    void collect(int count) {
        for (int i = 0; i < count; i++) {
            Chunk chunk = released.poll();
            chunk.clear();
            free.addLast(chunk);
        }
    }

    /** Takes back a chunk that nothing was read into. */
    void giveBack(Chunk chunk) {
        free.addLast(chunk);
    }

    /** How many more can be taken. */
    int room() {
        return free.size() + bound - made;
    }

    /** Whether none is in use. */
    boolean isWhole() {
        return free.size() == made;
    }

    /** The store's thread: these lines are as safe as was promised. */
    void acknowledge(Chunk chunk) {
        acknowledged.add(chunk);
    }

    /** The store's thread: this memory is not needed any more. */
    void release(Chunk chunk) {
        released.add(chunk);
    }
}
