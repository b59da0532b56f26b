package dev.eventloop.libc;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Scratch areas of native memory that are needed for the time of one system call. The pool keeps at
 * most {@value #SLOTS} areas, however many threads use it: a {@link ThreadLocal} would keep one per
 * thread, and native memory in a ThreadLocal is not freed when its thread ends.
 *
 * <p>Any thread, virtual ones too; lock-free. {@link #take} and {@link #give} are one atomic
 * instruction each as long as threads do not share a slot, and allocate nothing once the thread's
 * slot has an area.
 *
 * @param <T> the area; confined to the thread that took it
 */
public final class ScratchPool<T> {
    /** A power of two. More threads than that may be in a call; the pool keeps no more areas. */
    private static final int SLOTS = 64;

    /** How many slots a thread tries, from its own on, before it allocates or frees. */
    private static final int PROBES = 4;

    /** References from slot to slot: a cache line of 64 bytes, against false sharing. */
    private static final int STRIDE = 16;

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SLOTS * STRIDE);
    private final Supplier<? extends T> allocate;
    private final Consumer<? super T> free;

    /**
     * Makes an empty pool.
     *
     * @param allocate makes an area when the pool has none for the calling thread
     * @param free frees an area that the pool has no room for
     */
    public ScratchPool(Supplier<? extends T> allocate, Consumer<? super T> free) {
        this.allocate = allocate;
        this.free = free;
    }

    /** Takes an area, with whatever bytes the last call left in it; {@link #give} it back. */
    public T take() {
        int own = ownSlot();
        for (int i = 0; i < PROBES; i++) {
            T area = slots.getAndSet(index(own + i), null);
            if (area != null) {
                return area;
            }
        }
        return allocate.get();
    }

    /** Gives an area back, which the caller must not use any more. */
    public void give(T area) {
        int own = ownSlot();
        for (int i = 0; i < PROBES; i++) {
            if (slots.compareAndSet(index(own + i), null, area)) {
                return;
            }
        }
        free.accept(area);
    }

    /** Ids are consecutive, so threads that were started together get different slots. */
    private static int ownSlot() {
        return (int) Thread.currentThread().getId();
    }

    private static int index(int slot) {
        return (slot & (SLOTS - 1)) * STRIDE;
    }
}
