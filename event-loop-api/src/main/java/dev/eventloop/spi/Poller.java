package dev.eventloop.spi;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import java.util.Set;

/**
 * Waits for file descriptors and says which are ready. Used by one thread at a time, save {@link
 * #wakeup}.
 *
 * <p>The loop above keeps the table of registrations and has checked all arguments: an fd is added
 * once, changed and deleted only while it is there, and an interest is never 0 and holds no bit
 * that {@link #capabilities} denies. {@code token} is opaque: it comes back with the fd's events,
 * so that the loop recognises those of an fd that was closed and whose number was used again.
 */
public interface Poller extends AutoCloseable {
    /** {@code "epoll"}, {@code "kqueue"}, … */
    String name();

    /** The modifiers that {@link #add} and {@link #mod} take. */
    Set<Capability> capabilities();

    /** Starts to watch; EBADF, EPERM, EEXIST as in {@link dev.eventloop.EventLoop#add}. */
    void add(int fd, int interest, long token) throws ErrnoException;

    /** Replaces interest and token. */
    void mod(int fd, int interest, long token) throws ErrnoException;

    /** Stops watching. An fd that the kernel does not know any more is no error. */
    void del(int fd) throws ErrnoException;

    /** As {@link #del}; the fd is closed at once, and no duplicate of it keeps its file alive. */
    default void delBeforeClose(int fd) throws ErrnoException {
        del(fd);
    }

    /**
     * Waits until something is ready.
     *
     * @param timeoutNanos 0 polls, a negative number waits for ever; never rounded down
     * @return the number of ready entries; 0 for a time-out, a wake-up and EINTR alike
     */
    int poll(long timeoutNanos) throws ErrnoException;

    /** The token of ready entry {@code index}, 0 to what {@link #poll} returned, less one. */
    long token(int index);

    /** The {@link dev.eventloop.Events} bits of a ready entry. */
    int events(int index);

    /**
     * Forgets every registration, also those whose fd was closed and which the kernel keeps alive
     * through a duplicate; the loop adds again those that hold.
     */
    void reset() throws ErrnoException;

    /** Ends the {@link #poll} in progress, or else the next. The only method for any thread. */
    void wakeup();

    /** Frees kernel objects and memory. Called once. */
    @Override
    void close();
}
