package dev.eventloop.lb.pool;

import dev.eventloop.lb.CloseReason;
import dev.eventloop.libc.Errno;
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

    /** Of the first attempt of this round: in each round every backend may be tried again. */
    private int roundStart;

    /** Rounds in which there was nobody to try; each counts as an attempt. */
    private int emptyRounds;

    /** The errno of the last failed attempt; 0 if none failed, or if it timed out. */
    private int errno;

    private boolean timedOut;

    /** Which of the first 64 attempts failed because of this machine, a bit for each. */
    private long local;

    /**
     * Starts over with no attempts.
     *
     * @param retries how many further attempts to make if the first one fails
     */
    public void begin(int retries) {
        Arrays.fill(tried, 0, count, null);
        count = 0;
        roundStart = 0;
        emptyRounds = 0;
        this.retries = retries;
        errno = 0;
        timedOut = false;
        local = 0;
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

    /** Records that the last attempt failed because of this machine: {@link LocalErrors}. */
    public void failedLocally() {
        if (count <= Long.SIZE) {
            local |= 1L << (count - 1);
        }
    }

    /** Whether an attempt failed because of this machine. */
    public boolean hasLocalErrors() {
        return local != 0;
    }

    /** Forgets the attempts that failed because of this machine, so that they can be repeated. */
    public void forgetLocal() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (i >= Long.SIZE || (local & 1L << i) == 0) {
                tried[kept++] = tried[i];
            }
        }
        Arrays.fill(tried, kept, count, null);
        count = kept;
        local = 0;
    }

    /** Why the connection fails if none of the attempts has succeeded. */
    public CloseReason closeReason() {
        if (timedOut) {
            return CloseReason.CONNECT_TIMEOUT;
        }
        return errno == Errno.ECONNREFUSED ? CloseReason.CONNECT_REFUSED : CloseReason.NO_BACKEND;
    }

    /** Whether another round is allowed: {@link #remain} in that round. */
    public boolean roundsRemain() {
        return count + emptyRounds + (roundStart == count ? 1 : 0) <= retries;
    }

    /** Begins another round. */
    public void nextRound() {
        if (roundStart == count) {
            emptyRounds++;
        }
        roundStart = count;
    }

    /** Whether this backend was tried in this round. */
    public boolean contains(Backend backend) {
        for (int i = roundStart; i < count; i++) {
            if (tried[i] == backend) {
                return true;
            }
        }
        return false;
    }

    /** Whether another attempt is allowed. */
    public boolean remain() {
        return count + emptyRounds <= retries;
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
}
