package dev.eventloop.kqueue;

import java.util.Arrays;

/** The ready entries of one wait: one per token, however many of its filters were reported. */
final class ReadyList {
    private final long[] tokens;
    private final int[] events;
    private int size;

    /** By fd: its entry; stale unless that is below size and has the token. */
    private int[] entryOf = new int[64];

    /**
     * @param capacity the maximum number of entries
     */
    ReadyList(int capacity) {
        tokens = new long[capacity];
        events = new int[capacity];
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    long token(int entry) {
        return tokens[entry];
    }

    int events(int entry) {
        return events[entry];
    }

    /** Adds bits to the token's entry; false if there is none. */
    boolean merge(long token, int bits) {
        int entry = entryOf[(int) token];
        if (entry >= size || tokens[entry] != token) {
            return false;
        }
        events[entry] |= bits;
        return true;
    }

    void add(long token, int bits) {
        entryOf[(int) token] = size;
        tokens[size] = token;
        events[size] = bits;
        size++;
    }

    void ensureCapacity(int fds) {
        if (fds > entryOf.length) {
            entryOf = Arrays.copyOf(entryOf, fds);
        }
    }
}
