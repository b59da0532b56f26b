package dev.eventloop;

import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;

/** Tasks from any thread, for the loop's. Not the kind of queue that needs sun.misc.Unsafe. */
final class TaskQueue {
    private static final int CHUNK = 128;

    private final MpscUnboundedAtomicArrayQueue<Runnable> tasks =
            new MpscUnboundedAtomicArrayQueue<>(CHUNK);

    /** How many of the tasks that were there at the start of the round are still to run. */
    private int leftInRound;

    void add(Runnable task) {
        tasks.offer(task);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** From here on {@link #poll} gives the tasks that are there now; later ones wait. */
    void startRound() {
        leftInRound = tasks.isEmpty() ? 0 : tasks.size();
    }

    /** The next task of the round; null when it is over. */
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
