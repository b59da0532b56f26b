package dev.eventloop.lb.relay;

import dev.eventloop.EventLoop;
import dev.eventloop.lb.CloseReason;

import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one worker share. Confined to the worker's thread. */
public final class RelayContext implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** The worker, as its connections see it. */
    public interface Host {
        /** A client's connection has a backend. */
        void connected(Connection connection);

        /** A connection has ended, and goes back to its pool. */
        void finished(Connection connection, CloseReason reason);

        /** Whether a call failed for want of descriptors or memory; accepting then pauses. */
        boolean isOutOfDescriptors(int result);

        /** So many more, or fewer, connections wait for a descriptor. */
        void claimDescriptors(int more);

        /** A connection is reset since there is no memory for it. */
        void outOfMemory();
    }

    private final EventLoop loop;
    private final Sockets sockets;
    private final LongSupplier clock;
    private final TransferMemory memory;
    private final Relay.Factory relays;
    private final Host host;
    private final NativeAddress local = new NativeAddress();

    /**
     * @param clock nanoseconds, of any origin
     * @param memory closed with this
     */
    public RelayContext(
            EventLoop loop,
            Sockets sockets,
            LongSupplier clock,
            TransferMemory memory,
            Relay.Factory relays,
            Host host) {
        this.loop = loop;
        this.sockets = sockets;
        this.clock = clock;
        this.memory = memory;
        this.relays = relays;
        this.host = host;
    }

    public EventLoop loop() {
        return loop;
    }

    public Sockets sockets() {
        return sockets;
    }

    public TransferMemory memory() {
        return memory;
    }

    /** Nanoseconds, of any origin. */
    public long now() {
        return clock.getAsLong();
    }

    Relay.Factory relays() {
        return relays;
    }

    Host host() {
        return host;
    }

    /** The address that a client has connected to; until the next call. */
    NativeAddress localAddress(int fd) {
        sockets.localAddress(fd, local);
        return local;
    }

    /** Logs, and throws nothing: a full heap may have no room for the line. */
    static void logError(String message, Throwable e) {
        try {
            LOG.error(message, e);
        } catch (Throwable another) {
            // there is no other place to tell it
        }
    }

    @Override
    public void close() {
        local.close();
        memory.close();
    }
}
