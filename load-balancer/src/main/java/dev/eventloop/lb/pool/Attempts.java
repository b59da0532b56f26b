package dev.eventloop.lb.pool;

import java.util.Arrays;

/**
 * The backends tried for one client connection, in order; the last one is in use. Confined to the
 * thread of the connection.
 */
public final class Attempts {
    private static final int USUAL = 2; // most connections need no more than one retry

    private Backend[] tried = new Backend[USUAL];
    private int count;
    private int retries;

    /** The errno of the last failed attempt; 0 if none failed, or if it timed out. */
    private int errno;

    private boolean timedOut;

    /**
     * Starts over with no attempts.
     *
     * @param retries how many other backends to try if the first one fails
     */
    public void begin(int retries) {
        Arrays.fill(tried, 0, count, null);
        count = 0;
        this.retries = retries;
        errno = 0;
        timedOut = false;
    }

    /** Records an attempt at this backend. */
    public void add(Backend backend) {
        if (count == tried.length) {
            tried = Arrays.copyOf(tried, 2 * count);
        }
        tried[count++] = backend;
    }

    /** Records that the last attempt failed with this errno. */
    public void failed(int errno) {
        this.errno = errno;
        this.timedOut = false;
    }

    /** Records that the last attempt timed out. */
    public void timedOut() {
        this.errno = 0;
        this.timedOut = true;
    }

    /** Whether this backend was tried. */
    public boolean contains(Backend backend) {
        for (int i = 0; i < count; i++) {
            if (tried[i] == backend) {
                return true;
            }
        }
        return false;
    }

    /** Whether another attempt is allowed. */
    public boolean remain() {
        return count <= retries;
    }

    /** The number of attempts. */
    public int count() {
        return count;
    }

    /** The backend of an attempt, from 0 to {@link #count()} - 1. */
    public Backend get(int index) {
        return tried[index];
    }

    /** The backend of the last attempt; null if there was none. */
    public Backend last() {
        return count == 0 ? null : tried[count - 1];
    }

    /** The errno of the last failed attempt; 0 if none failed, or if it timed out. */
    public int errno() {
        return errno;
    }

    /** Whether the last attempt timed out. */
    public boolean hasTimedOut() {
        return timedOut;
    }
}
