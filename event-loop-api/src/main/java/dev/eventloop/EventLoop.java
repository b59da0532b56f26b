package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Calls back when file descriptors are ready: one interface over epoll, kqueue, poll and select.
 *
 * <p><b>Threads.</b> While a thread is inside {@link #run}, it owns the loop. Other threads may
 * then call {@link #stop}, {@link #wakeup}, {@link #execute} and {@link #close} only; all other
 * methods that use the loop throw {@link IllegalStateException}. Between runs any thread may use
 * the loop, one at a time, so that one thread can set it up and another run it.
 *
 * <p>A virtual thread may run a loop. It occupies its carrier thread while it waits, since the JVM
 * does not unmount a thread that is in a native call; so start no more such threads than {@code
 * jdk.virtualThreadScheduler.parallelism} can spare, or use platform threads.
 *
 * <p><b>Wake-ups</b> need fds of the loop's own. If other code closes one of them by mistake, the
 * run, or the call of another thread that had to wake the loop, throws EBADF or EPIPE, as an {@link
 * ErrnoException} or in an {@link java.io.UncheckedIOException}; the loop does not spin.
 *
 * <p><b>Closing an fd.</b> Call {@link #del} before {@code close(fd)}. If a caller does not, the
 * loop still delivers the events of all other fds.
 *
 * <p><b>Readiness</b> is level-triggered unless {@link Events#EDGE} is set, and may be spurious: a
 * callback must expect {@code EAGAIN}.
 */
public interface EventLoop extends AutoCloseable {
    /**
     * Creates a loop over the best backend of this machine, or over the one that the system
     * property {@code eventloop.backend} or the environment variable {@code EVENTLOOP_BACKEND}
     * names (a comma-separated list in order of preference).
     *
     * @throws IllegalArgumentException if the named backend is unknown or not usable on this
     *     machine; the message lists every backend and why it is or is not usable
     * @throws java.io.UncheckedIOException if a system call fails with EMFILE, ENFILE or ENOMEM
     */
    static EventLoop create() {
        return create(EventLoopOptions.defaults());
    }

    /**
     * As {@link #create()}, with a maximum number of events per wait.
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

    /**
     * Creates a loop over a given poller, which it owns from now on: closing it closes the poller.
     *
     * @param options with the {@code maxEvents} that the poller was opened with: a poll that
     *     returns fewer has returned all that is ready
     */
    static EventLoop over(Poller poller, EventLoopOptions options) {
        return new PollerEventLoop(poller, options);
    }

    /** All known backends in order of preference, and whether this machine can use them. */
    static List<BackendInfo> backends() {
        return Backends.all();
    }

    /**
     * Registers an fd. Its events are delivered from the next iteration on.
     *
     * <p>A number whose fd was closed without {@link #del}, and which is in use again for another
     * file, can be added: the earlier registration is dropped. poll and select tell files apart by
     * device and inode, and so do not notice it if both are, for instance, eventfds, which share
     * one inode. Nor does any backend if the earlier interest was 0.
     *
     * @param fd a file descriptor; non-blocking if the callback reads or writes until EAGAIN
     * @param interest {@link Events#READ}, {@link Events#WRITE} and {@link Events#READ_HUP}, with
     *     modifiers; 0 to receive no events until {@link #mod}
     * @param callback called when the fd is ready
     * @param attachment passed to the callback; may be null
     * @throws ErrnoException EEXIST if the fd is registered already; EBADF if it is negative, not
     *     open, or open with O_PATH only; EPERM if it cannot be watched: regular files, directories
     *     and memory devices, on Linux whatever epoll_ctl(2) refuses; ENOMEM, ENOSPC or, with poll,
     *     EINVAL at the kernel's limits
     * @throws IllegalArgumentException for unknown bits or an invalid combination
     * @throws UnsupportedOperationException for a modifier that the backend lacks; see {@link
     *     #capabilities}
     */
    <A> void add(int fd, int interest, EventCallback<? super A> callback, A attachment)
            throws ErrnoException;

    /**
     * Changes the interest of a registered fd; callback and attachment stay. Re-arms EDGE and
     * ONESHOT. With interest 0 no events are delivered, not even HUP and ERROR.
     *
     * @throws ErrnoException ENOENT if the fd is not registered; EBADF if it was closed without
     *     {@link #del}
     * @throws IllegalArgumentException as for {@link #add}, and for EXCLUSIVE, which cannot be
     *     changed
     * @throws UnsupportedOperationException as for {@link #add}
     */
    void mod(int fd, int interest) throws ErrnoException;

    /**
     * Deletes a registration. The callback is not called any more, not even for an event that was
     * already taken from the kernel.
     *
     * @throws ErrnoException ENOENT if the fd is not registered
     */
    void del(int fd) throws ErrnoException;

    /**
     * As {@link #del}, for an fd that the caller closes next and that has no duplicate. epoll and
     * kqueue drop a closed fd by themselves, which saves a system call.
     *
     * @throws ErrnoException ENOENT if the fd is not registered
     */
    void delBeforeClose(int fd) throws ErrnoException;

    /**
     * Runs one iteration: waits until an fd is ready, a timer is due, a task is queued, {@link
     * #wakeup} or {@link #stop} is called, or the timeout expires; then calls fd callbacks, timers
     * and tasks, in this order. A signal does not end the wait (EINTR).
     *
     * <p>If a timer is late, because the process was stopped or a callback took long, everything
     * that is ready by then is dispatched before timers, even if that is more than {@link
     * EventLoopOptions#maxEvents}: what a timer finds silent is silent.
     *
     * @param timeoutMillis the longest wait in milliseconds; 0 polls, -1 waits indefinitely
     * @return the number of fd callbacks called
     * @throws IOException from a callback, if there is no error handler; the next run continues
     *     with the rest of the batch. Or from the backend's system call
     * @throws IllegalStateException if called from inside a callback or from a second thread
     */
    int run(int timeoutMillis) throws IOException;

    /**
     * Runs iterations until {@link #stop} or {@link #close}; returns immediately if stop was called
     * before.
     *
     * @throws IOException as {@link #run}; the stop request, if there is one, stays for the next
     *     call
     * @throws IllegalStateException as {@link #run}. A callback may run another loop, but not this
     *     one
     */
    void runUntilStopped() throws IOException;

    /**
     * How long {@code run(-1)} would wait if no fd became ready. Lets another event loop drive this
     * one, see {@link #fd}.
     *
     * @return nanoseconds until the next timer; 0 if a timer, task, wake-up or the rest of a batch
     *     is pending; -1 for no limit. The time may be shorter than that of the timer: the timing
     *     wheel moves distant timers to finer slots on the way
     */
    long nanosToWait();

    /**
     * An fd that is readable when {@code run(0)} would find an fd ready, or after a wake-up: what
     * another event loop waits for to drive this one. It is the same until {@link #close}, which
     * closes it. Do not read it, and do not close it.
     *
     * <p>The other loop calls {@link #nanosToWait} before each of its waits, waits for at most that
     * long, and then calls {@code run(0)} on this one, on the same thread:
     *
     * <pre>{@code
     * outer.add(inner.fd(), Events.READ, (fd, events, none) -> inner.run(0), null);
     * Timer timer = outer.newTimer(() -> inner.run(0)); // restarted with inner.nanosToWait()
     * }</pre>
     *
     * <p>Wake-ups and tasks of other threads make the fd readable between {@link #nanosToWait} and
     * the next run; at other times nanosToWait returns 0 because of them.
     *
     * @throws UnsupportedOperationException if {@link #capabilities} lacks {@link Capability#FD}:
     *     poll and select have no kernel object to wait for
     * @throws ErrnoException EMFILE, ENFILE, ENOMEM: the first call opens an fd
     */
    int fd() throws ErrnoException;

    /** Makes the run in progress, or else the next one, return. Any thread. */
    void stop();

    /**
     * Ends the wait in progress, or else the next one. Several calls may count as one. Any thread.
     */
    void wakeup();

    /**
     * Queues a task, which the loop runs in the iteration in progress or the next. Any thread.
     *
     * <p>A task that is accepted runs exactly once. If the loop is closed before its turn, the
     * thread that frees the loop runs it first, see {@link #close}; the task then finds the loop
     * closed.
     *
     * @throws IllegalStateException if the loop is closed; the task does not run
     */
    void execute(Runnable task);

    /** Creates a timer of this loop, not yet started. */
    Timer newTimer(Runnable onExpiry);

    /**
     * The time by the clock of {@link EventLoopOptions#clock}, read at most once for the fd
     * callbacks of an iteration, once for its timers and once for its tasks: what each event may
     * ask for, where {@link System#nanoTime} would be read each time. The loop's thread only.
     *
     * @return nanoseconds of any origin, which never go back even if the clock does
     */
    long nanoTime();

    /** {@code "epoll"}, {@code "kqueue"}, {@code "poll"} or {@code "select"}. */
    String backendName();

    /** What the backend supports beyond level-triggered READ and WRITE. */
    Set<Capability> capabilities();

    /** The number of registered fds. */
    int size();

    /** Whether the calling thread is the one inside {@link #run}. */
    boolean inEventLoop();

    /**
     * Frees the loop's kernel objects and memory, but closes none of the registered fds.
     * Idempotent. From now on every other call throws {@link IllegalStateException}.
     *
     * <p>Any thread, also from inside a callback, timer or task of the loop. If a run is in
     * progress, close does not wait for it: the run calls no further fd callback and no timer, and
     * frees the loop as it returns. Otherwise close frees it before it returns. Whichever frees it
     * first runs the tasks that {@link #execute} has accepted and that have not run yet; without an
     * error handler it throws what they throw, once all of them have run. That the loop is closed
     * is no error of theirs: a task may post itself again.
     *
     * <p>A loop that is garbage-collected without close is logged as a warning, by {@link
     * System.Logger} {@code dev.eventloop}. With the system property {@code
     * eventloop.creation.trace} set to {@code true} the warning has the stack trace of its
     * creation.
     */
    @Override
    void close();
}
