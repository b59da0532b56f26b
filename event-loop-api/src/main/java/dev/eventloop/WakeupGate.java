package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets any thread end the loop's wait, with at most one system call per wait, and with none while
 * the loop is awake.
 *
 * <p>The state is AWAKE or WAITING; a wake-up sets it to NOTIFIED. Only the thread that replaces
 * WAITING signals the poller. The next {@link #beforeWait} finds a wake-up that came while the loop
 * was awake, so none is lost.
 *
 * <p>A thread with work for the loop (a task, a stop request) first publishes it and then calls
 * {@link #interrupt}; the loop first calls beforeWait and then looks for work. Either the loop sees
 * the work or the thread sees WAITING, so an interrupt need not be stored while the loop is awake.
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

    /** Whether a wake-up is pending, so that the next wait is skipped. */
    boolean isNotified() {
        return state.get() == NOTIFIED;
    }

    /**
     * The loop is about to wait, or another loop in place of it, which may announce the same wait
     * twice; false if it must not, because a wake-up is pending.
     */
    boolean beforeWait() {
        return state.compareAndSet(AWAKE, WAITING) || state.get() == WAITING;
    }

    /** The loop has waited; whether there was a wake-up. */
    boolean afterWait() {
        return state.getAndSet(AWAKE) == NOTIFIED;
    }

    /** Consumes a pending wake-up without a wait. The loop is awake. */
    void forget() {
        if (state.get() != AWAKE) {
            state.set(AWAKE);
        }
    }

    /** Closes the poller when no thread is signalling it, and makes later signals do nothing. */
    synchronized void close() {
        open = false;
        poller.close();
    }

    /**
     * Holds the lock, or else it might write to the fd number of a closed wake-up that is in use
     * again.
     */
    private synchronized void signal() {
        if (open) {
            poller.wakeup();
        }
    }
}
