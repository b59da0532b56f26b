package dev.eventloop.lb;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.BufferPool;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread, one loop, one listener, and their connections. */
final class Worker {
    /** Descriptors may come back from anywhere in the process, so look now and then. */
    static final Duration DESCRIPTOR_CHECK = Duration.ofMillis(50);

    /** What is read at once, and the most that a blocked direction holds. */
    private static final int BUFFER_SIZE = 64 * 1024;

    /** 2 MiB a worker; what a crowd of blocked connections took beyond goes back to the system. */
    private static final int MAX_FREE_BUFFERS = 32;

    /** Every fd of every connection. */
    static final EventCallback<Flow> READY =
            (fd, events, flow) -> flow.connection().onReady(flow, events);

    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    private final Settings settings;
    private final EventLoop loop;
    private final Sockets sockets;
    private final LongSupplier clock;
    private final Balancer balancer;
    private final ClientSlots slots;
    private final Counters counters;
    private final AccessLog accessLog;
    private final BufferPool buffers = new BufferPool(BUFFER_SIZE, MAX_FREE_BUFFERS);
    private final ConnectionPool connections = new ConnectionPool(this);
    private final Acceptor acceptor;
    private final int interestInFailure;

    private NativeBuffer scratch = buffers.take();
    private Drain drain;
    private boolean over;

    Worker(Shared shared, EventLoop loop, int listenFd) {
        this.settings = shared.settings();
        this.loop = loop;
        this.sockets = shared.sockets();
        this.clock = shared.clock();
        this.balancer = shared.balancer();
        this.slots = shared.slots();
        this.counters = shared.counters();
        this.accessLog = shared.accessLog();
        this.acceptor = new Acceptor(this, slots, listenFd);
        boolean edge = loop.capabilities().contains(Capability.EDGE_TRIGGERED);
        this.interestInFailure = edge ? Events.READ | Events.EDGE : 0;
    }

    /** Before the loop runs. */
    void open() throws ErrnoException {
        acceptor.open();
    }

    /** Runs until everything is over. */
    void run() {
        try {
            loop.runUntilStopped();
        } catch (IOException | RuntimeException e) {
            LOG.error("an event loop has stopped; its connections are closed", e);
        } finally {
            end();
        }
    }

    /** Frees everything. The loop does not run any more. */
    void end() {
        shutDown();
        loop.close();
        acceptor.free();
        buffers.give(scratch);
        buffers.close();
    }

    void accepted(int clientFd, NativeAddress peer) {
        counters.accepted();
        connections.take().begin(clientFd, peer);
    }

    void finished(Connection connection, CloseReason reason) {
        counters.closed(reason);
        if (accessLog != null) {
            accessLog.write(connection, reason);
        }
        connections.give(connection);
        slots.give();
        stopIfDrained();
    }

    void listenerClosed() {
        stopIfDrained();
    }

    /** No new connections; the worker stops when those there are have ended. On the loop. */
    void drain(Duration time) {
        if (drain == null) {
            drain = new Drain(this, connections, time);
            acceptor.startClosing();
        }
    }

    private void stopIfDrained() {
        if (drain != null && acceptor.isClosed() && connections.activeCount() == 0) {
            drain.cancel();
            over = true;
            loop.stop();
        }
    }

    /** Ends everything now. On the loop, or after it. */
    void shutDown() {
        acceptor.abort();
        for (Connection c = connections.anyInUse(); c != null; c = connections.anyInUse()) {
            c.close(CloseReason.SHUTDOWN);
        }
        over = true;
        loop.stop();
    }

    /** Whether the loop was told to stop, since nothing is left to do. On the loop. */
    boolean isOver() {
        return over;
    }

    /** Whether a call failed for want of file descriptors or memory; accepting then pauses. */
    boolean isOutOfDescriptors(int result) {
        boolean out =
                result == -Errno.EMFILE
                        || result == -Errno.ENFILE
                        || result == -Errno.ENOBUFS
                        || result == -Errno.ENOMEM;
        if (out) {
            acceptor.outOfDescriptors(-result);
        }
        return out;
    }

    /** So many more, or fewer, connections wait for a file descriptor. */
    void claimDescriptors(int more) {
        acceptor.claimDescriptors(more);
    }

    /** Runs a task on the loop; never, if the worker has ended. */
    void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (IllegalStateException e) { // closed
            LOG.trace("a task for a worker that has ended", e);
        }
    }

    /** A client's slot has come back, perhaps from another worker. On the loop. */
    void slotIsFree() {
        acceptor.resume();
    }

    /** An empty buffer for the time of a read and a write. */
    NativeBuffer scratch() {
        return scratch;
    }

    /** Leaves the buffer with its bytes to the caller. */
    NativeBuffer keepScratch() {
        NativeBuffer kept = scratch;
        scratch = buffers.take();
        return kept;
    }

    /** What to ask for where neither reads nor writes are wanted, but a reset should be heard. */
    int interestInFailure() {
        return interestInFailure;
    }

    /**
     * Whether {@link #interestInFailure} is of use. Without edges there is nothing to ask for: an
     * fd that has come to its end is ready to be read for ever.
     */
    boolean hearsFailures() {
        return interestInFailure != 0;
    }

    long now() {
        return clock.getAsLong();
    }

    Settings settings() {
        return settings;
    }

    EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    Balancer balancer() {
        return balancer;
    }

    ConnectionPool connections() {
        return connections;
    }

    BufferPool buffers() {
        return buffers;
    }

    Logger log() {
        return LOG;
    }
}
