package dev.eventloop.lb.upstream;

import java.util.Arrays;

/** The backends that were tried for one connection, in order; the last is the one in use. */
public final class Attempts {
    private static final int MOST_NEED_NO_MORE = 2;

    private Backend[] tried = new Backend[MOST_NEED_NO_MORE];
    private int count;
    private int retries;

    /** Why the last attempt failed; 0 for none, or if it ran out of time. */
    private int errno;

    private boolean timedOut;

    /**
     * None yet.
     *
     * @param retries how many other backends are tried when the first fails
     */
    public void begin(int retries) {
        Arrays.fill(tried, 0, count, null);
        count = 0;
        this.retries = retries;
        errno = 0;
        timedOut = false;
    }

    /** This one is tried now. */
    public void add(Backend backend) {
        if (count == tried.length) {
            tried = Arrays.copyOf(tried, 2 * count);
        }
        tried[count++] = backend;
    }

    /** The last one failed. */
    public void failed(int errno) {
        this.errno = errno;
        this.timedOut = false;
    }

    /** The last one did not answer in time. */
    public void timedOut() {
        this.errno = 0;
        this.timedOut = true;
    }

    /** Whether it was tried. */
    public boolean contains(Backend backend) {
        for (int i = 0; i < count; i++) {
            if (tried[i] == backend) {
                return true;
            }
        }
        return false;
    }

    /** Whether there may be another attempt. */
    public boolean remain() {
        return count <= retries;
    }

    public int count() {
        return count;
    }

    public Backend get(int index) {
        return tried[index];
    }

    /** The one in use; null for none. */
    public Backend last() {
        return count == 0 ? null : tried[count - 1];
    }

    /** Of the last failure; 0 for none, or if it ran out of time. */
    public int errno() {
        return errno;
    }

    /** Whether the last one did not answer in time. */
    public boolean hasTimedOut() {
        return timedOut;
    }
}
