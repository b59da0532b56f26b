package dev.eventloop.lb;

/** The backends that were tried for one connection, in order; the last is the one in use. */
final class Attempts {
    private final Backend[] tried;
    private int count;

    /** Why the last attempt failed; 0 for none, or if it ran out of time. */
    private int errno;

    private boolean timedOut;

    /**
     * @param retries how many other backends are tried when the first fails
     */
    Attempts(int retries) {
        tried = new Backend[retries + 1];
    }

    void add(Backend backend) {
        tried[count++] = backend;
    }

    void failed(int errno) {
        this.errno = errno;
        this.timedOut = false;
    }

    void timedOut() {
        this.errno = 0;
        this.timedOut = true;
    }

    boolean contains(Backend backend) {
        for (int i = 0; i < count; i++) {
            if (tried[i] == backend) {
                return true;
            }
        }
        return false;
    }

    /** Whether there may be another attempt. */
    boolean remain() {
        return count < tried.length;
    }

    int count() {
        return count;
    }

    Backend get(int index) {
        return tried[index];
    }

    /** The one in use; null for none. */
    Backend last() {
        return count == 0 ? null : tried[count - 1];
    }

    int errno() {
        return errno;
    }

    boolean hasTimedOut() {
        return timedOut;
    }

    void clear() {
        while (count > 0) {
            tried[--count] = null;
        }
        errno = 0;
        timedOut = false;
    }
}
