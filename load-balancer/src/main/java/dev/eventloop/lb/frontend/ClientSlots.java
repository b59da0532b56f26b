package dev.eventloop.lb.frontend;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How many more clients may connect, over all threads: to a frontend, and to the process. */
public final class ClientSlots {
    private final ClientSlots process;
    private volatile int count;
    private final AtomicInteger free;
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final Runnable onAwaited;

    /**
     * @param count of all slots
     * @param onAwaited called by any thread when a slot comes back after {@link #take} found none
     */
    public ClientSlots(int count, Runnable onAwaited) {
        this(count, onAwaited, null);
    }

    /**
     * As the other one, of a frontend with a limit of its own.
     *
     * @param process its clients take a slot of these, too; null for none
     */
    public ClientSlots(int count, Runnable onAwaited, ClientSlots process) {
        this.process = process;
        this.count = count;
        this.free = new AtomicInteger(count);
        this.onAwaited = onAwaited;
    }

    /** Takes a slot; if there is none, onAwaited is called when one comes back. */
    public boolean take() {
        if (!takeOwn()) {
            return false;
        }
        if (process == null || process.take()) {
            return true;
        }
        giveOwn();
        return false;
    }

    private boolean takeOwn() {
        if (tryTake()) {
            return true;
        }
        awaited.set(true);
        return tryTake(); // a slot may have been given back before awaited was set
    }

    /** Takes a slot even if there is none, for a connection that must not be refused. */
    public void takeAnyway() {
        free.getAndDecrement();
        if (process != null) {
            process.takeAnyway();
        }
    }

    /** Gives a slot back. */
    public void give() {
        giveOwn();
        if (process != null) {
            process.give();
        }
    }

    private void giveOwn() {
        free.getAndIncrement();
        if (awaited.get() && awaited.compareAndSet(true, false)) {
            onAwaited.run();
        }
    }

    /** Changes how many slots there are; those that are taken stay so. One thread at a time. */
    public void resize(int wanted) {
        free.getAndAdd(wanted - count);
        count = wanted;
        onAwaited.run();
    }

    /** Those of which there are none left: these, or else those of the process. */
    public ClientSlots usedUp() {
        return process == null || free() <= 0 ? this : process;
    }

    /** How many slots there are. */
    public int count() {
        return count;
    }

    /** How many slots are free; negative after {@link #takeAnyway}. */
    public int free() {
        return free.get();
    }

    private boolean tryTake() {
        int now = free.get();
        while (now > 0) {
            int seen = free.compareAndExchange(now, now - 1);
            if (seen == now) {
                return true;
            }
            now = seen;
        }
        return false;
    }
}
