package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Calls back when file descriptors become ready: one interface over epoll, kqueue, poll and select.
 *
 * <p><b>Threads.</b> While a thread is inside {@link #run} the loop is that thread's: from any
 * other one, all but {@link #stop}, {@link #wakeup}, {@link #execute} and {@link #close} throw
 * {@link IllegalStateException}. Between runs any one thread may use the loop, so that it can be
 * set up in one and run in another.
 *
 * <p><b>Closing an fd.</b> {@link #del} comes always before {@code close(fd)}. The loop survives a
 * caller who forgets it: no other fd suffers.
 *
 * <p><b>Readiness</b> is level-triggered unless {@link Events#EDGE} is asked for, and may be
 * spurious: a callback must be ready for {@code EAGAIN}.
 */
public interface EventLoop extends AutoCloseable {
    /**
     * A loop over the best backend of this machine, or over the one that the system property {@code
     * eventloop.backend} or the environment variable {@code EVENTLOOP_BACKEND} names (a comma list
     * in order of preference).
     *
     * @throws IllegalArgumentException if the named backend is unknown or cannot be used here; the
     *     message lists every backend and why it is or isn't usable
     * @throws java.io.UncheckedIOException if the kernel refuses (EMFILE, ENFILE, ENOMEM)
     */
    static EventLoop create() {
        return create(EventLoopOptions.defaults());
    }

    /**
     * As {@link #create()}, with the most events that are taken from the kernel in one wait.
     *
     * @throws IllegalArgumentException if {@code maxEvents} is not positive
     */
    static EventLoop create(int maxEvents) {
        return create(EventLoopOptions.defaults().maxEvents(maxEvents));
    }

    /** As {@link #create()}, with options. */
    static EventLoop create(EventLoopOptions options) {
        return over(Backends.open(options), options);
    }

    /** A loop over any given poller, which it owns from now on. */
    static EventLoop over(Poller poller, EventLoopOptions options) {
        return new PollerEventLoop(poller, options);
    }

    /** Every backend that is known, in the order of preference, and whether it can be used here. */
    static List<BackendInfo> backends() {
        return Backends.all();
    }

    /**
     * Starts to watch an fd. It is first heard of in the next iteration at the earliest.
     *
     * @param fd a file descriptor; non-blocking, if the callback is to read or write until EAGAIN
     * @param interest {@link Events#READ} and {@link Events#WRITE}, with modifiers; 0 for nothing
     *     until {@link #mod}
     * @param callback whom to call
     * @param attachment handed to the callback; may be null
     * @throws ErrnoException EEXIST if the fd is registered already; EBADF if it is negative or
     *     closed; EPERM if it cannot be watched (regular files, directories); ENOMEM or ENOSPC if
     *     the kernel's limits are reached
     * @throws IllegalArgumentException for unknown bits or a senseless combination
     * @throws UnsupportedOperationException for a modifier that this backend lacks; see {@link
     *     #capabilities}
     */
    <A> void add(int fd, int interest, EventCallback<? super A> callback, A attachment)
            throws ErrnoException;

    /**
     * Changes the interest; callback and attachment stay. Re-arms EDGE and ONESHOT. With 0 nothing
     * is delivered any more, HUP and ERROR included.
     *
     * @throws ErrnoException ENOENT if the fd is not registered
     */
    void mod(int fd, int interest) throws ErrnoException;

    /**
     * Stops watching an fd. Its callback is not called any more, not even for an event that was
     * already taken from the kernel.
     *
     * @throws ErrnoException ENOENT if the fd is not registered
     */
    void del(int fd) throws ErrnoException;

    /**
     * As {@link #del}, for an fd that the caller closes at once and that has no duplicate: a
     * backend whose kernel forgets a closed fd by itself saves the system call.
     *
     * @throws ErrnoException ENOENT if the fd is not registered
     */
    void delBeforeClose(int fd) throws ErrnoException;

    /**
     * One iteration: waits until an fd is ready, a timer is due, a task is there, {@link #wakeup}
     * or {@link #stop} is called, or the time is over; then calls callbacks, timers and tasks. A
     * signal does not end the wait.
     *
     * @param timeoutMillis -1 waits for ever, 0 polls, anything else is the longest wait
     * @return how many fd callbacks were called
     * @throws IOException from a callback, where there is no error handler; the next run goes on
     *     with the rest of the batch
     * @throws IllegalStateException if called from inside a callback, or from a second thread
     */
    int run(int timeoutMillis) throws IOException;

    /** Runs until {@link #stop}; returns at once where stop was called before. */
    void runUntilStopped() throws IOException;

    /**
     * How long {@code run(-1)} would wait at most if no fd became ready, for who runs this loop
     * inside another: nanoseconds until the next timer is to be looked at, 0 where a timer, a task,
     * a wake-up or the rest of a batch waits already, -1 for ever. It may be early, as timers that
     * are far away are looked at now and then; each {@link #run} gets on.
     */
    long nanosToWait();

    /** Lets the run in progress, or else the next one, return. Any thread. */
    void stop();

    /** Ends the wait in progress, or else the next one. Never lost; many collapse into one. */
    void wakeup();

    /** Runs a task on the loop, in the iteration in progress or the next. Any thread. */
    void execute(Runnable task);

    /** A timer of this loop, not yet started. */
    Timer newTimer(Runnable onExpiry);

    /** {@code "epoll"}, {@code "kqueue"}, {@code "poll"} or {@code "select"}. */
    String backendName();

    /** What the backend can do beyond level-triggered READ and WRITE. */
    Set<Capability> capabilities();

    /** How many fds are registered. */
    int size();

    /** Whether the calling thread is the one inside {@link #run}. */
    boolean inEventLoop();

    /**
     * Frees what the loop holds; closes no fd of the caller's. Idempotent, any thread: a run in
     * progress returns first. Afterwards every other call throws {@link IllegalStateException}.
     */
    @Override
    void close();
}
