package dev.eventloop;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Which thread owns a loop: the one inside run, or none; and whether the loop is open. The loop's
 * resources are released exactly once, by the thread that closes it or, if another thread is inside
 * run, by that one as it leaves.
 */
final class Ownership {
    private static final String CLOSED = "event loop is closed";

    private final AtomicReference<Thread> runner = new AtomicReference<>();
    private final Runnable release;
    private volatile boolean closed;
    private boolean released;

    Ownership(Runnable release) {
        this.release = release;
    }

    /** Makes the calling thread the owner: it is inside run. */
    void enter() {
        checkOpen();
        Thread current = Thread.currentThread();
        Thread other = runner.compareAndExchange(null, current);
        if (other == current) {
            throw new IllegalStateException("run was called from inside a callback of this loop");
        }
        if (other != null) {
            checkOpen(); // the other thread may be inside close, not run
            throw foreign("run", other);
        }
        if (closed) { // by another thread since the check above
            leave();
            checkOpen();
        }
    }

    void leave() {
        releaseAndLeave();
        if (closed && runner.compareAndSet(null, Thread.currentThread())) {
            releaseAndLeave(); // it was closed by another thread in between
        }
    }

    /** Any thread; false if the loop was closed before. */
    boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        if (runner.compareAndSet(null, Thread.currentThread())) {
            leave();
        }
        return true;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isRunner() {
        return runner.getPlain() == Thread.currentThread();
    }

    void checkOpen() {
        if (closed) {
            throw closed();
        }
    }

    static IllegalStateException closed() {
        return new IllegalStateException(CLOSED);
    }

    /** Whether it is the exception by which a loop says that it is closed. */
    static boolean saysClosed(Throwable thrown) {
        return thrown instanceof IllegalStateException && CLOSED.equals(thrown.getMessage());
    }

    /**
     * @param what the caller is about to do, such as {@code "add an fd to"}
     */
    void checkOwned(String what) {
        checkOpen();
        Thread owner = runner.get();
        if (owner != null && owner != Thread.currentThread()) {
            checkOpen();
            throw foreign(what, owner);
        }
    }

    private void releaseAndLeave() {
        try {
            if (closed && !released) {
                released = true;
                release.run();
            }
        } finally {
            runner.set(null);
        }
    }

    private static IllegalStateException foreign(String what, Thread owner) {
        return new IllegalStateException(
                "thread \""
                        + Thread.currentThread().getName()
                        + "\" must not "
                        + what
                        + " this loop while thread \""
                        + owner.getName()
                        + "\" is inside run; use execute");
    }
}
