package dev.eventloop.lb.admin;

import java.io.IOException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Refuses changes by the API while another process takes over: it has what was changed before, and
 * nobody would tell it of a later change. Any thread.
 */
public final class ChangeGate {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** Null while changes are allowed. Of the lock. */
    private String refusal;

    ChangeGate() {}

    /** A change. */
    interface Change {
        Answer make() throws Refusal, IOException;
    }

    /** Makes a change, unless the gate is closed. */
    Answer pass(Change change) throws Refusal, IOException {
        lock.readLock().lock();
        try {
            if (refusal != null) {
                throw Refusal.unavailable(refusal);
            }
            return change.make();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Waits for the changes that are being made, and refuses all others with this sentence; null to
     * allow them again.
     */
    public void refuse(String sentence) {
        lock.writeLock().lock();
        try {
            refusal = sentence;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
