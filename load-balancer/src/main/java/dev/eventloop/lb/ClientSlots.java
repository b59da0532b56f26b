package dev.eventloop.lb;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How many clients may still come, over all threads. */
final class ClientSlots {
    private final AtomicInteger free;
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final Runnable onAwaited;

    /**
     * @param count of all slots
     * @param onAwaited run, by whichever thread, when a slot comes back that was waited for
     */
    ClientSlots(int count, Runnable onAwaited) {
        this.free = new AtomicInteger(count);
        this.onAwaited = onAwaited;
    }

    /** Takes a slot; where there is none, onAwaited will run when one comes back. */
    boolean take() {
        if (tryTake()) {
            return true;
        }
        awaited.set(true);
        return tryTake(); // one may have come back before anybody knew it was waited for
    }

    void give() {
        free.getAndIncrement();
        if (awaited.get() && awaited.compareAndSet(true, false)) {
            onAwaited.run();
        }
    }

    /** How many there are right now. */
    int free() {
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
