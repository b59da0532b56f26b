package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets any thread end the loop's wait, with one system call at most however many threads ask, and
 * with none while the loop is awake.
 *
 * <p>The loop is AWAKE or WAITING; a wake-up makes that NOTIFIED. Only the thread that finds it
 * WAITING signals the poller. A notification that comes while the loop is awake is found by the
 * next {@link #beforeWait}, so it is never lost.
 *
 * <p>Who has something for the loop to find (a task, the wish to stop) makes it visible first and
 * then calls {@link #interrupt}; the loop calls beforeWait first and then looks. One of the two
 * sees the other, so an interrupt need not be remembered while the loop is awake.
 */
final class WakeupGate {
    private static final int AWAKE = 0;
    private static final int WAITING = 1;
    private static final int NOTIFIED = 2;

    private final Poller poller;
    private final AtomicInteger state = new AtomicInteger(AWAKE);
    private boolean open = true;

    WakeupGate(Poller poller) {
        this.poller = poller;
    }

    /** Ends the wait in progress, or else the next one. Any thread. */
    void wakeup() {
        if (state.getAndSet(NOTIFIED) == WAITING) {
            signal();
        }
    }

    /** Ends the wait in progress, if there is one. Any thread. */
    void interrupt() {
        if (state.compareAndSet(WAITING, NOTIFIED)) {
            signal();
        }
    }

    /** Whether the next wait ends before it begins. */
    boolean isNotified() {
        return state.get() == NOTIFIED;
    }

    /** The loop is about to wait; false if it must not, since it was notified. */
    boolean beforeWait() {
        return state.compareAndSet(AWAKE, WAITING);
    }

    /** The loop has waited; whether it was notified. */
    boolean afterWait() {
        return state.getAndSet(AWAKE) == NOTIFIED;
    }

    /** A wake-up is used up by a look without a wait, too. The loop is awake. */
    void forget() {
        if (isNotified()) {
            state.set(AWAKE);
        }
    }

    /** Closes the poller once no thread is signalling it, and lets none do so afterwards. */
    synchronized void close() {
        open = false;
        poller.close();
    }

    /** Locked, so that the number of a closed wake-up fd, used again by someone, is not written. */
    private synchronized void signal() {
        if (open) {
            poller.wakeup();
        }
    }
}
