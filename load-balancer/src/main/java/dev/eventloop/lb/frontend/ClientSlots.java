package dev.eventloop.lb.frontend;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How many more clients may connect, over all threads. */
public final class ClientSlots {
    private final int count;
    private final AtomicInteger free;
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final Runnable onAwaited;

    /**
     * @param count of all slots
     * @param onAwaited called by any thread when a slot comes back after {@link #take} found none
     */
    public ClientSlots(int count, Runnable onAwaited) {
        this.count = count;
        this.free = new AtomicInteger(count);
        this.onAwaited = onAwaited;
    }

    /** Takes a slot; if there is none, onAwaited is called when one comes back. */
    public boolean take() {
        if (tryTake()) {
            return true;
        }
        awaited.set(true);
        return tryTake(); // a slot may have been given back before awaited was set
    }

    /** Takes a slot even if there is none, for a connection that must not be refused. */
    public void takeAnyway() {
        free.getAndDecrement();
    }

    /** Gives a slot back. */
    public void give() {
        free.getAndIncrement();
        if (awaited.get() && awaited.compareAndSet(true, false)) {
            onAwaited.run();
        }
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
