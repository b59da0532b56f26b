package dev.eventloop;

import java.util.Arrays;

/**
 * The table of registrations: parallel arrays indexed by fd, so that a lookup is an array access
 * and an event allocates nothing.
 *
 * <p>A registration's token is {@code generation << 32 | fd}. Each add increments the generation of
 * the fd number, so that an event of an earlier registration of the same number is recognised.
 */
final class Registrations {
    /** Not registered. */
    static final byte NONE = 0;

    /** Registered with the poller. */
    static final byte WATCHED = 1;

    /** Interest 0: not registered with the poller, since no kernel can mask HUP and ERROR. */
    static final byte MASKED = 2;

    /** A ONESHOT that has fired: registered with the poller, and silent until mod. */
    static final byte DISARMED = 3;

    private static final int INITIAL_CAPACITY = 64;

    private byte[] states = new byte[INITIAL_CAPACITY];
    private int[] interests = new int[INITIAL_CAPACITY];
    private int[] generations = new int[INITIAL_CAPACITY];
    private int[] changedIn = new int[INITIAL_CAPACITY];
    private Object[] callbacks = new Object[INITIAL_CAPACITY];
    private Object[] attachments = new Object[INITIAL_CAPACITY];
    private int size;

    byte state(int fd) {
        return fd >= 0 && fd < states.length ? states[fd] : NONE;
    }

    /** The token of the next registration of this fd number. */
    long nextToken(int fd) {
        int generation = fd < generations.length ? generations[fd] + 1 : 1;
        return (long) generation << 32 | fd;
    }

    /** The token of the present registration. */
    long token(int fd) {
        return (long) generations[fd] << 32 | fd;
    }

    /** Whether the token is that of a present registration. */
    boolean isCurrent(long token) {
        int fd = (int) token;
        return fd < states.length && states[fd] != NONE && generations[fd] == (int) (token >>> 32);
    }

    /** Whether the fd number was deleted or added during the given batch of events. */
    boolean changedIn(int fd, int batch) {
        return fd < changedIn.length && changedIn[fd] == batch;
    }

    void put(int fd, byte state, int interest, Object callback, Object attachment, int batch) {
        ensureCapacity(fd);
        if (states[fd] == NONE) {
            size++;
        }
        states[fd] = state;
        interests[fd] = interest;
        generations[fd]++;
        changedIn[fd] = batch;
        callbacks[fd] = callback;
        attachments[fd] = attachment;
    }

    void update(int fd, byte state, int interest) {
        states[fd] = state;
        interests[fd] = interest;
    }

    void remove(int fd, int batch) {
        states[fd] = NONE;
        changedIn[fd] = batch;
        callbacks[fd] = null;
        attachments[fd] = null;
        size--;
    }

    void disarm(int fd) {
        states[fd] = DISARMED;
    }

    int interest(int fd) {
        return interests[fd];
    }

    /** The bits that may be reported now; an earlier callback may have changed the interest. */
    int reportable(int fd) {
        if (state(fd) != WATCHED) {
            return 0;
        }
        int interest = interests[fd];
        int requested = interest & (Events.READ | Events.WRITE | Events.URGENT);
        int reported = requested | Events.ERROR | Events.HUP;
        boolean readHup = (interest & (Events.READ | Events.READ_HUP)) != 0;
        return readHup ? reported | Events.READ_HUP : reported;
    }

    @SuppressWarnings("unchecked") // EventLoop.add accepts only a callback for its attachment
    EventCallback<Object> callback(int fd) {
        return (EventCallback<Object>) callbacks[fd];
    }

    Object attachment(int fd) {
        return attachments[fd];
    }

    int size() {
        return size;
    }

    /** The highest fd number that there is room for, plus one. */
    int capacity() {
        return states.length;
    }

    private void ensureCapacity(int fd) {
        if (fd < states.length) {
            return;
        }
        int capacity = Math.max(fd + 1, states.length * 2);
        interests = Arrays.copyOf(interests, capacity);
        generations = Arrays.copyOf(generations, capacity);
        changedIn = Arrays.copyOf(changedIn, capacity);
        callbacks = Arrays.copyOf(callbacks, capacity);
        attachments = Arrays.copyOf(attachments, capacity);
        states = Arrays.copyOf(states, capacity);
    }
}
