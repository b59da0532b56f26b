package dev.eventloop.lb.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections of a backend are open or being opened, and whether it may have more: it was
 * not removed, and has an address. Any thread.
 */
final class OpenCount {
    /** Added to the count after the backend was removed, while it still has connections. */
    private static final int REMOVED = 1 << 30;

    /** The value after the last connection of a removed backend has ended. */
    private static final int FREED = Integer.MIN_VALUE;

    private final AtomicInteger value = new AtomicInteger();

    /**
     * Counts one more.
     *
     * @param limit 0 for none
     * @return false if it is at the limit, or was removed
     */
    boolean increment(int limit) {
        while (true) {
            int now = value.get();
            if (isFull(now, limit)) {
                return false;
            }
            if (value.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** Counts one more, but only if the raw value is still this one. */
    boolean increment(int expected, int limit) {
        return !isFull(expected, limit) && value.compareAndSet(expected, expected + 1);
    }

    static boolean isFull(int raw, int limit) {
        return raw < 0 || raw >= REMOVED || (limit > 0 && raw >= limit);
    }

    /** Counts one less; true if it was the last one of a removed backend: it is freed now. */
    boolean decrement() {
        return value.decrementAndGet() == REMOVED && value.compareAndSet(REMOVED, FREED);
    }

    /** Allows no more; true if there are none: it is freed now. */
    boolean remove() {
        int before = value.getAndUpdate(now -> now < 0 ? now : now | REMOVED);
        return before == 0 && value.compareAndSet(REMOVED, FREED);
    }

    /** Allows more again, unless it is freed. */
    void restore() {
        value.getAndUpdate(now -> now < 0 ? now : now & ~REMOVED);
    }

    /** Allows more after it was freed. */
    void begin() {
        value.compareAndSet(FREED, 0);
    }

    boolean isFreed() {
        return value.get() < 0;
    }

    int raw() {
        return value.get();
    }

    int count() {
        int now = value.get();
        return now < 0 ? 0 : now & ~REMOVED;
    }
}
