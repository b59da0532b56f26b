package dev.eventloop;

import java.util.function.LongSupplier;

/**
 * A hierarchical timing wheel (Varghese and Lauck, 1987): {@value #LEVELS} levels of 64 slots. A
 * slot of level 0 spans 131 µs (2^17 ns), one of each higher level 64 times that of the one below.
 *
 * <p>A timer is in the lowest level whose span reaches its deadline, so start and cancel touch one
 * list. When time reaches a slot of a higher level, its timers move down. Deadlines are exact: due
 * timers are sorted by deadline.
 *
 * <p>The ticks of all timers of a level have the same bits above that level as the present tick.
 * Hence a level's lowest occupied slot is its earliest, and all timers of a lower level are earlier
 * than those of a higher one.
 */
final class TimerWheel {
    /** The deadline if no timer is running. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int TICK_SHIFT = 17;
    private static final int SLOT_BITS = 6;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int LEVELS = 8;

    /** The index of the list of due timers, behind those of the slots. */
    private static final int DUE = LEVELS * SLOTS;

    private final LongSupplier clock;

    /** What the clock said last, and the time since the wheel was created. */
    private long reading;

    private long time;
    private final WheelTimer[] heads = new WheelTimer[DUE + 1];
    private final long[] occupied = new long[LEVELS];

    private long currentTick;

    /** No timer is due before this; it may be too early, since cancel does not update it. */
    private long nextDeadline = NEVER;

    TimerWheel(LongSupplier clock) {
        this.clock = clock;
        this.reading = clock.getAsLong();
    }

    /**
     * Nanoseconds since the wheel was created. Never goes back: where the clock does, the time
     * between its readings counts as none.
     */
    long now() {
        long before = reading;
        reading = clock.getAsLong();
        time += Math.max(0, reading - before);
        return time;
    }

    /** (Re)starts a timer. */
    void start(WheelTimer timer, long delayNanos) {
        long now = now();
        schedule(timer, delayNanos > NEVER - 1 - now ? NEVER - 1 : now + delayNanos);
    }

    /** Starts a periodic timer again, at the next multiple of its period. */
    void restart(WheelTimer timer, long periodNanos) {
        long missed = (now() - timer.deadline) / periodNanos;
        long advance = (missed + 1) * periodNanos;
        schedule(
                timer, advance > NEVER - 1 - timer.deadline ? NEVER - 1 : timer.deadline + advance);
    }

    void cancel(WheelTimer timer) {
        if (timer.next != null) {
            unlink(timer);
        }
    }

    /** When to call {@link #advance}, in {@link #now} time: not later than the first deadline. */
    long nextDeadline() {
        return heads[DUE] != null ? 0 : nextDeadline;
    }

    /** Moves every timer whose deadline is not after {@code now} to the list of due timers. */
    void advance(long now) {
        if (now < nextDeadline) {
            return;
        }
        long nowTick = now >>> TICK_SHIFT;
        int level = lowestOccupied();
        while (level < LEVELS && startOfFirstSlot(level) <= nowTick) {
            int slot = Long.numberOfTrailingZeros(occupied[level]);
            currentTick = Math.max(currentTick, startOfFirstSlot(level));
            if (level > 0) {
                moveDown(level * SLOTS + slot);
            } else {
                takeDue(slot, now);
                if (heads[slot] != null) { // due later within the present tick
                    break;
                }
            }
            level = lowestOccupied();
        }
        currentTick = Math.max(currentTick, nowTick);
        nextDeadline = firstDeadline();
    }

    /** For how long the earliest timer has been due, as of the last {@link #advance}; or 0. */
    long lateness(long now) {
        return heads[DUE] == null ? 0 : now - heads[DUE].deadline;
    }

    /** Removes the due timer with the earliest deadline; null for none. */
    WheelTimer pollDue() {
        WheelTimer timer = heads[DUE];
        if (timer != null) {
            unlink(timer);
        }
        return timer;
    }

    private void schedule(WheelTimer timer, long deadline) {
        cancel(timer);
        timer.deadline = deadline;
        link(timer);
        nextDeadline = Math.min(nextDeadline, deadline);
    }

    private void link(WheelTimer timer) {
        long tick = Math.max(timer.deadline >>> TICK_SHIFT, currentTick);
        long difference = tick ^ currentTick;
        int level = difference == 0 ? 0 : (63 - Long.numberOfLeadingZeros(difference)) / SLOT_BITS;
        int slot = (int) (tick >>> (level * SLOT_BITS)) & (SLOTS - 1);
        occupied[level] |= 1L << slot;
        append(level * SLOTS + slot, timer);
    }

    private int lowestOccupied() {
        int level = 0;
        while (level < LEVELS && occupied[level] == 0) {
            level++;
        }
        return level;
    }

    /** The tick at which the first occupied slot of a level begins. */
    private long startOfFirstSlot(int level) {
        long slot = Long.numberOfTrailingZeros(occupied[level]);
        int shift = level * SLOT_BITS;
        long block = (currentTick >>> (shift + SLOT_BITS)) << (shift + SLOT_BITS);
        return block | (slot << shift);
    }

    private void moveDown(int index) {
        for (WheelTimer timer = heads[index]; timer != null; timer = heads[index]) {
            unlink(timer);
            link(timer);
        }
    }

    private void takeDue(int index, long now) {
        WheelTimer last = heads[index] == null ? null : heads[index].previous;
        WheelTimer timer = heads[index];
        while (timer != null) {
            WheelTimer following = timer == last ? null : timer.next;
            if (timer.deadline <= now) {
                unlink(timer);
                insertDue(timer);
            }
            timer = following;
        }
    }

    /** Searches from the end: timers mostly come in the order of their deadlines. */
    private void insertDue(WheelTimer timer) {
        WheelTimer head = heads[DUE];
        append(DUE, timer);
        if (head == null) {
            return;
        }
        WheelTimer before = timer.previous;
        while (before.deadline > timer.deadline && before != head) {
            before = before.previous;
        }
        boolean first = before.deadline > timer.deadline;
        WheelTimer after = first ? head : before.next;
        if (after != timer) {
            unlink(timer);
            insertBefore(after, timer, DUE);
            if (first) {
                heads[DUE] = timer;
            }
        }
    }

    private long firstDeadline() {
        int level = lowestOccupied();
        if (level == LEVELS) {
            return NEVER;
        }
        if (level > 0) {
            return startOfFirstSlot(level) << TICK_SHIFT;
        }
        WheelTimer head = heads[Long.numberOfTrailingZeros(occupied[0])];
        long first = head.deadline;
        for (WheelTimer timer = head.next; timer != head; timer = timer.next) {
            first = Math.min(first, timer.deadline);
        }
        return first;
    }

    private void append(int index, WheelTimer timer) {
        if (heads[index] == null) {
            heads[index] = timer;
            timer.previous = timer;
            timer.next = timer;
            timer.slot = index;
        } else {
            insertBefore(heads[index], timer, index);
        }
    }

    /** Inserts before another timer; before the head of the circular list means at its end. */
    private static void insertBefore(WheelTimer after, WheelTimer timer, int index) {
        timer.slot = index;
        timer.next = after;
        timer.previous = after.previous;
        after.previous.next = timer;
        after.previous = timer;
    }

    private void unlink(WheelTimer timer) {
        int index = timer.slot;
        if (timer.next == timer) {
            heads[index] = null;
            if (index < DUE) {
                occupied[index / SLOTS] &= ~(1L << index % SLOTS);
            }
        } else {
            timer.previous.next = timer.next;
            timer.next.previous = timer.previous;
            if (heads[index] == timer) {
                heads[index] = timer.next;
            }
        }
        timer.previous = null;
        timer.next = null;
    }
}
