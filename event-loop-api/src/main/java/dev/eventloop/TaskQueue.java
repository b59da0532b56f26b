package dev.eventloop;

import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;

/** Tasks from any thread for the loop's thread. A JCTools queue without sun.misc.Unsafe. */
final class TaskQueue {
    private static final int CHUNK = 128;

    private final MpscUnboundedAtomicArrayQueue<Runnable> tasks =
            new MpscUnboundedAtomicArrayQueue<>(CHUNK);

    /** How many of the tasks that were queued at the start of the round are left. */
    private int leftInRound;

    void add(Runnable task) {
        tasks.offer(task);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /**
     * Starts a round of the tasks queued now; {@link #poll} leaves later ones for the next round.
     */
    void startRound() {
        leftInRound = tasks.isEmpty() ? 0 : tasks.size();
    }

    /** The next task of the round; null at its end. */
    Runnable poll() {
        if (leftInRound == 0) {
            return null;
        }
        leftInRound--;
        return tasks.poll();
    }

    void clear() {
        tasks.clear();
    }
}
