package dev.eventloop.lb.relay;

import dev.eventloop.EventLoop;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.pool.Connector;
import dev.eventloop.lb.pool.LocalErrors;
import dev.eventloop.lb.preface.ClientHello;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;
import java.time.Duration;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one worker share. Confined to the worker's thread. */
public final class RelayContext implements AutoCloseable {
    /** Other code in the process may free descriptors unnoticed, so retry at this interval. */
    public static final Duration DESCRIPTOR_CHECK = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** 1.4 KiB each. */
    private static final int MAX_FREE_HELLOS = 64;

    /** The worker, as its connections see it. */
    public interface Host {
        /** A backend has accepted a client's connection. */
        void connected(Connection connection);

        /** A connection has ended, and goes back to its pool. */
        void finished(Connection connection, CloseReason reason);

        /** Whether a call failed because descriptors or memory ran out; if so, pauses accepting. */
        boolean pauseIfOutOfDescriptors(int result);

        /** Changes the number of connections that wait for a descriptor by {@code more}. */
        void claimDescriptors(int more);

        /** A connection is reset because there is no memory for it. */
        void outOfMemory();
    }

    private final EventLoop loop;
    private final Sockets sockets;
    private final TransferMemory memory;
    private final Relay.Factory relays;
    private final Host host;
    private final Connector connector;
    private final WaitingLines lines;
    private final LocalErrors localErrors;
    private final NativeAddress local = new NativeAddress();

    /** Free hellos; a connection uses one only briefly, so few exist. */
    private final ArrayDeque<ClientHello> hellos = new ArrayDeque<>();

    /**
     * @param memory closed with this
     */
    public RelayContext(
            EventLoop loop,
            Sockets sockets,
            TransferMemory memory,
            Relay.Factory relays,
            Host host) {
        this.loop = loop;
        this.sockets = sockets;
        this.connector = new Connector(sockets);
        this.lines = new WaitingLines(loop);
        this.localErrors = new LocalErrors(loop::nanoTime);
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

    Connector connector() {
        return connector;
    }

    WaitingLines lines() {
        return lines;
    }

    LocalErrors localErrors() {
        return localErrors;
    }

    public TransferMemory memory() {
        return memory;
    }

    /** Nanoseconds, of any origin; read once per batch of events. */
    public long now() {
        return loop.nanoTime();
    }

    Relay.Factory relays() {
        return relays;
    }

    Host host() {
        return host;
    }

    /** The local address of a client's socket; valid until the next call. */
    NativeAddress localAddress(int fd) {
        sockets.localAddress(fd, local);
        return local;
    }

    /** A fresh hello. Give it back. */
    ClientHello takeHello() {
        ClientHello hello = hellos.pollFirst();
        return hello == null ? new ClientHello() : hello;
    }

    void giveHello(ClientHello hello) {
        if (hellos.size() < MAX_FREE_HELLOS) {
            hello.reset();
            hellos.addFirst(hello);
        }
    }

    /** Logs, and throws nothing: a full heap may have no room for the line. */
    static void logError(String message, Throwable e) {
        try {
            LOG.error(message, e);
        } catch (Throwable another) {
            // there is no other place to report it
        }
    }

    @Override
    public void close() {
        local.close();
        connector.close();
        memory.close();
    }
}
