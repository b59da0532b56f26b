package dev.eventloop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;

/**
 * Tasks from any thread for the loop's thread. A JCTools queue without sun.misc.Unsafe.
 *
 * <p>A task that {@link #add} has accepted is either polled or returned by {@link #close}, exactly
 * once, also if both happen at the same time.
 */
final class TaskQueue {
    private static final int CHUNK = 128;

    private final MpscUnboundedAtomicArrayQueue<Runnable> tasks =
            new MpscUnboundedAtomicArrayQueue<>(CHUNK);

    /** How many of the tasks that were queued at the start of the round are left. */
    private int leftInRound;

    /** Set, and followed by the last look at the queue, while this object's lock is held. */
    private volatile boolean closed;

    /** What came too late for that, and whose threads have not taken it back yet. */
    private final List<Runnable> late = new ArrayList<>(0);

    /** Any thread; false if the queue is closed, and the task will not run. */
    boolean add(Runnable task) {
        if (closed) {
            return false;
        }
        tasks.offer(task);
        return !closed || isTaken(task);
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

    /** Accepts no more tasks, and returns those that are left, in their order. */
    synchronized Queue<Runnable> close() {
        closed = true;
        Queue<Runnable> left = new ArrayDeque<>();
        moveTo(left);
        return left;
    }

    /** Whether close has returned a task that was added while it was called. */
    private synchronized boolean isTaken(Runnable task) {
        moveTo(late);
        for (int i = 0; i < late.size(); i++) {
            if (late.get(i) == task) {
                late.remove(i);
                return false;
            }
        }
        return true;
    }

    /** Not by the queue's drain, which stops early where a thread is in the middle of an offer. */
    private void moveTo(Collection<Runnable> target) {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            target.add(task);
        }
    }
}
