package dev.eventloop.spi;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import java.util.Set;

/**
 * Waits for file descriptors and reports which are ready. One thread at a time may call it, except
 * {@link #wakeup}, which any thread may call.
 *
 * <p>The loop keeps the table of registrations and checks all arguments beforehand: it adds an fd
 * once, changes and deletes it only while it is registered, and passes an interest that is never 0
 * and contains no bit that {@link #capabilities} lacks. The {@code token} is opaque to the poller:
 * it comes back with the fd's events, so that the loop can drop events of an fd that was closed and
 * whose number was used again.
 *
 * <p><b>Outline.</b> The pollers of this project share one outline, so that they can be compared
 * line by line. Fields: the C library and sizes, the kernel object, the wake-up, the table of
 * registrations, the memory that the kernel fills, the ready list. Methods: those of this interface
 * in its order, then the private ones:
 *
 * <ul>
 *   <li>{@code armWakeup} registers the wake-up, at first and after {@link #reset};
 *   <li>{@code await} makes the system call that waits, and returns a count or a negative errno;
 *       {@link #poll} turns EINTR into 0 and other errors into exceptions;
 *   <li>{@code collect} turns what the kernel returned into the ready list, and drains the wake-up;
 *   <li>{@code addReady} adds one entry to the list, where the kernel's own list is not used;
 *   <li>{@code eventsOf} maps kernel flags to event bits;
 *   <li>{@code interestFlags} maps event bits to kernel flags: in kqueue's {@code Filters}, and not
 *       in select, which has none.
 * </ul>
 */
public interface Poller extends AutoCloseable {
    /** {@code "epoll"}, {@code "kqueue"}, … */
    String name();

    /** The modifiers that {@link #add} and {@link #mod} support. */
    Set<Capability> capabilities();

    /**
     * Registers an fd.
     *
     * @throws ErrnoException EBADF if the fd is not open; EPERM if it cannot be watched; EEXIST if
     *     it is registered; ENOMEM, ENOSPC or EINVAL at the kernel's limits
     */
    void add(int fd, int interest, long token) throws ErrnoException;

    /**
     * Replaces interest and token.
     *
     * @throws ErrnoException EBADF if the fd was closed; ENOENT if it was closed and its number
     *     used again
     */
    void mod(int fd, int interest, long token) throws ErrnoException;

    /** Deletes a registration. An fd that the kernel no longer knows is not an error. */
    void del(int fd) throws ErrnoException;

    /**
     * As {@link #del}, for an fd that is closed next and has no duplicate that keeps its file open.
     */
    default void delBeforeClose(int fd) throws ErrnoException {
        del(fd);
    }

    /**
     * Waits until an fd is ready.
     *
     * @param timeoutNanos 0 polls, a negative number waits indefinitely; never rounded down
     * @return the number of ready entries; 0 after a timeout, a wake-up or EINTR
     * @throws ErrnoException for every other errno of the system call; EBADF or EPIPE if other code
     *     has closed an fd of the wake-up
     */
    int poll(long timeoutNanos) throws ErrnoException;

    /**
     * The token of a ready entry, until the next {@link #poll}.
     *
     * @param index 0 to the result of {@link #poll} minus 1
     */
    long token(int index);

    /** The {@link dev.eventloop.Events} bits of a ready entry. */
    int events(int index);

    /**
     * Drops every registration, including those of closed fds which the kernel keeps because of a
     * duplicate. The loop then adds the valid ones again.
     *
     * @throws ErrnoException EMFILE, ENFILE, ENOMEM
     */
    void reset() throws ErrnoException;

    /**
     * An fd that is readable when {@link #poll} would not wait, the same until {@link #close};
     * asked for only if {@link #capabilities} has {@link Capability#FD}.
     *
     * @throws ErrnoException EMFILE, ENFILE, ENOMEM
     */
    default int fd() throws ErrnoException {
        throw new UnsupportedOperationException(name() + " has no fd to wait for");
    }

    /**
     * Ends the {@link #poll} in progress, or else the next one. Any thread.
     *
     * @throws java.io.UncheckedIOException EBADF or EPIPE, if other code has closed the fd that it
     *     needs
     */
    void wakeup();

    /** Frees kernel objects and memory. Called once. */
    @Override
    void close();
}
