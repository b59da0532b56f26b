package dev.eventloop.kqueue;

import dev.eventloop.Events;
import java.util.Arrays;

/**
 * The registrations: interest and token by fd. Bits beside the interest say which filters stand in
 * for the usual ones.
 */
final class WatchTable {
    /** Registered for READ_HUP without READ, and EOF was reported. */
    static final int EOF = 1 << 29;

    /** A pipe without a reader: EVFILT_USER is registered in place of EVFILT_WRITE. */
    static final int BROKEN = 1 << 28;

    private static final int DIRECTIONS = Events.READ | Events.WRITE;

    private int[] interests = new int[64];
    private long[] tokens = new long[64];

    boolean contains(int fd) {
        return fd < interests.length && interests[fd] != 0;
    }

    int interest(int fd) {
        return interests[fd];
    }

    long token(int fd) {
        return tokens[fd];
    }

    void put(int fd, int interest, long token) {
        interests[fd] = interest;
        tokens[fd] = token;
    }

    void note(int fd, int bit) {
        interests[fd] |= bit;
    }

    void remove(int fd) {
        interests[fd] = 0;
    }

    void clear() {
        Arrays.fill(interests, 0);
    }

    /** Makes room for the fd; the number of fds there is room for. */
    int ensureCapacity(int fd) {
        if (fd >= interests.length) {
            int capacity = Math.max(fd + 1, interests.length * 2);
            interests = Arrays.copyOf(interests, capacity);
            tokens = Arrays.copyOf(tokens, capacity);
        }
        return interests.length;
    }

    /** The kernel's filters for an interest: READ for EVFILT_READ, WRITE for EVFILT_WRITE. */
    static int filters(int interest) {
        return isReadHupOnly(interest)
                ? (interest & DIRECTIONS) | Events.READ
                : interest & DIRECTIONS;
    }

    /** Level-triggered, without modifiers. */
    static boolean isPlain(int interest) {
        return (interest & ~(DIRECTIONS | Events.READ_HUP)) == 0 && !isReadHupOnly(interest);
    }

    static boolean isReadHupOnly(int interest) {
        return (interest & (Events.READ | Events.READ_HUP)) == Events.READ_HUP;
    }
}
