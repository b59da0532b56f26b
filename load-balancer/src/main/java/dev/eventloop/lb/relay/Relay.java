package dev.eventloop.lb.relay;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.Splice;
import dev.eventloop.net.NativeBuffer;

/**
 * Moves the bytes of one connection between its two sockets, in both directions. A relay owns the
 * file descriptors and the buffers; it knows nothing of phases, limits and reasons. It calls only
 * its {@link Listener}, when the event loop reports a descriptor ready. A step returns an {@link
 * Outcome}, on which {@link Connection} acts. Confined to one loop's thread.
 */
public interface Relay {
    /** Receives the events of the loop. */
    interface Listener {
        /** The source of this direction is ready for these {@link dev.eventloop.Events}. */
        void onReady(Direction source, int events);
    }

    /** Makes the relay of a connection. */
    interface Factory {
        Relay create(Listener listener);
    }

    /** A client was accepted. */
    void begin(int clientFd);

    /** The connect to a backend has begun. */
    void begin(int backendFd, Splice splice);

    /** -1 for none. */
    int clientFd();

    /** -1 for none. */
    int backendFd();

    /**
     * Watches the source of a direction for these {@link dev.eventloop.Events}, before bytes are
     * relayed.
     *
     * @throws ErrnoException ENOMEM, or ENOSPC: epoll(7), max_user_watches
     */
    void watch(Direction source, int interest) throws ErrnoException;

    /**
     * Watches the source of a direction for a reset, before bytes are relayed, if the loop reports
     * one: {@link #reportsFailures}.
     */
    void watchForFailure(Direction source) throws ErrnoException;

    /** Watches the source of a direction for bytes. */
    void watchForBytes(Direction source) throws ErrnoException;

    /** Stops watching the source of a direction. */
    void unwatch(Direction source) throws ErrnoException;

    /** Relays the bytes in this buffer first. Takes ownership of it. */
    void beginWith(Direction direction, NativeBuffer buffer);

    /**
     * Both sockets are connected: relays from now on, and moves the client's bytes that have come
     * so far.
     *
     * @param events that were reported of the client's socket before
     */
    int start(int events) throws ErrnoException;

    /**
     * The source is ready: moves bytes until it is drained, the sink blocks or the turn is over.
     */
    int pump(Direction direction, int events) throws ErrnoException;

    /** The sink is writable: writes the pending bytes, and continues to read. */
    int flush(Direction direction) throws ErrnoException;

    /** Passes an EOF on: shutdown(SHUT_WR) of the sink. */
    void shutdown(Direction direction) throws ErrnoException;

    /**
     * The source was reset. Stops watching it, drops what goes the other way, and moves what the
     * source sent before the reset.
     */
    int drainAfterReset(Direction direction) throws ErrnoException;

    /** Asks a source that the loop does not watch for errors whether it has one. */
    int lookForFailure(Direction direction);

    /**
     * Whether the source's connection is over. For when its edge may have been missed: one event
     * can report a reset together with bytes, and the bytes may have been handled alone.
     */
    boolean isGone(Direction direction);

    /** Whether the loop reports a reset of a source that has sent EOF. */
    boolean reportsFailures();

    /** Bytes written to the sink that its peer has not acknowledged; 0 if unknown. */
    int unacknowledged(Direction direction);

    /** Sets the interests of both sources to what the relay waits for. */
    void updateInterests() throws ErrnoException;

    /** Bytes that the sink took. */
    long bytes(Direction direction);

    /** Closes the backend's socket only: its connect has failed. */
    void closeBackend();

    /**
     * Closes both sockets: with FIN, or with RST if the peer misses bytes and would take an EOF for
     * the end of the stream.
     *
     * @return whether nothing is outstanding, so that the relay may be used for another connection
     */
    boolean close();

    /** Closes both sockets with RST. As {@link #close}. */
    boolean reset();
}
