package dev.eventloop.lb;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.lb.access.SourceLimits;
import dev.eventloop.lb.upstream.HealthChecks;
import dev.eventloop.lb.upstream.Upstream;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.BufferPool;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import dev.eventloop.net.SplicePipePool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread, one loop, one listener, and their connections. */
final class Worker {
    /** Descriptors may come back from anywhere in the process, so look now and then. */
    static final Duration DESCRIPTOR_CHECK = Duration.ofMillis(50);

    /** What is read at once, and the most that a blocked direction holds. */
    static final int BUFFER_SIZE = 64 * 1024;

    /** 2 MiB a worker; what a crowd of blocked connections took beyond goes back to the system. */
    private static final int MAX_FREE_BUFFERS = 32;

    /** As much as an ordinary user may have: pipe-max-size in pipe(7). */
    private static final int PIPE_CAPACITY = 1024 * 1024;

    /**
     * So many blocked flows may be spliced at a time, of all workers; others are copied. It is half
     * of the pipes' pages that the system gives an ordinary user in all his programs:
     * pipe-user-pages-soft in pipe(7).
     */
    static final int MAX_PIPES = 32;

    /** Every fd of every connection. */
    static final EventCallback<Flow> READY =
            (fd, events, flow) -> flow.connection().onReady(flow, events);

    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    private final Shared shared;
    private final int number;
    private final EventLoop loop;
    private final Sockets sockets;
    private final LongSupplier clock;
    private final BufferPool buffers;
    private final SplicePipePool pipes;
    private final ConnectionPool connections = new ConnectionPool(this);
    private final Acceptor acceptor;
    private final int readInterest;
    private final int interestInFailure;

    private final NativeAddress local = new NativeAddress();
    private NativeBuffer scratch;
    private HealthChecks healthChecks;
    private long connectionsSoFar;
    private Drain drain;
    private boolean over;

    /**
     * @param number of this worker, from 0
     * @throws ErrnoException ENOMEM; then the loop and the fd are still the caller's
     */
    Worker(Shared shared, int number, EventLoop loop, int listenFd) throws ErrnoException {
        this.shared = shared;
        this.number = number;
        this.loop = loop;
        this.sockets = shared.sockets();
        this.clock = shared.nanoClock();
        this.buffers = sockets.buffers(BUFFER_SIZE, MAX_FREE_BUFFERS);
        this.pipes =
                sockets.splicePipes(
                        PIPE_CAPACITY, Math.max(1, MAX_PIPES / shared.settings().threads()));
        this.acceptor = new Acceptor(this, shared.slots(), listenFd);
        boolean edge = loop.capabilities().contains(Capability.EDGE_TRIGGERED);
        boolean urgent = loop.capabilities().contains(Capability.URGENT);
        int byEdge = Events.READ | Events.EDGE | (urgent ? Events.URGENT : 0);
        this.readInterest = urgent ? byEdge : Events.READ;
        this.interestInFailure = edge ? byEdge : 0;
        this.scratch = buffers.tryTake(); // last: nothing that is thrown may leave it behind
        if (scratch == null) {
            throw new ErrnoException(
                    "mmap",
                    Errno.ENOMEM,
                    "ENOMEM",
                    "cannot start a worker: the system has no memory for a buffer of 64 KiB"
                            + " (ENOMEM); raise its limits, such as ulimit -v");
        }
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
        if (healthChecks != null) {
            healthChecks.end();
        }
        loop.close();
        acceptor.free();
        local.close();
        buffers.give(scratch);
        buffers.close();
        pipes.close();
    }

    /** One of the workers does this for all. Before the loop runs. */
    void checkHealth(HealthChecks checks) {
        healthChecks = checks;
    }

    /** Backends came or went. On the loop. */
    void updateHealthChecks() {
        if (healthChecks != null) {
            healthChecks.update();
        }
    }

    void accepted(int clientFd, NativeAddress peer) {
        shared.counters().accepted();
        long id = connectionsSoFar++ * LoadBalancerBuilder.MAX_THREADS + number;
        Connection connection = takeConnection();
        if (connection == null) {
            sockets.reset(clientFd);
            shared.counters().closed(CloseReason.OUT_OF_MEMORY);
            shared.slots().give();
        } else {
            connection.begin(id, clientFd, peer);
        }
    }

    /** Null if the heap has no room for more of them. */
    private Connection takeConnection() {
        try {
            return connections.take();
        } catch (OutOfMemoryError e) {
            outOfMemory();
            return null;
        }
    }

    void connected(Connection connection) {
        if (shared.listeners().isEmpty()) { // or else there would be an iterator
            return;
        }
        for (ConnectionListener listener : shared.listeners()) {
            try {
                listener.connected(
                        connection.id(),
                        connection.client().toSocketAddress(),
                        connection.backend().name());
            } catch (Throwable e) {
                logError("a connection listener failed; it is told of others all the same", e);
            }
        }
    }

    void finished(Connection connection, CloseReason reason) {
        shared.counters().closed(reason);
        tell(connection, reason);
        connections.give(connection);
        shared.slots().give();
        stopIfDrained();
    }

    /** Whatever is thrown here, the connection must go back to the pool. */
    private void tell(Connection connection, CloseReason reason) {
        if (shared.listeners().isEmpty()) {
            return;
        }
        try {
            ClosedConnection closed = Closing.of(connection, reason, shared);
            for (ConnectionListener listener : shared.listeners()) {
                try {
                    listener.closed(closed);
                } catch (Throwable e) {
                    logError("a connection listener failed; it is told of others all the same", e);
                }
            }
        } catch (Throwable e) {
            logError("no listener was told of a closed connection", e);
        }
    }

    /** Logs, and throws nothing: a full heap may have no room for the line. */
    void logError(String message, Throwable e) {
        try {
            LOG.error(message, e);
        } catch (Throwable another) {
            // there is no other place to tell it
        }
    }

    /** A connection is reset because it can have no buffer, or no objects. */
    void outOfMemory() {
        acceptor.outOfMemory();
    }

    /** Ends the connections that match. On the loop; how many there were. */
    int close(Predicate<Connection> doomed, CloseReason reason) {
        int count = 0;
        Connection next;
        for (Connection c = connections.anyInUse(); c != null; c = next) {
            next = c.next;
            if (doomed.test(c)) {
                c.close(reason);
                count++;
            }
        }
        return count;
    }

    /** Who is inside. On the loop. */
    List<OpenConnection> openConnections() {
        List<OpenConnection> open = new ArrayList<>();
        for (Connection c = connections.anyInUse(); c != null; c = c.next) {
            open.add(
                    new OpenConnection(
                            c.id(),
                            c.client().toSocketAddress(),
                            c.backend() == null ? null : c.backend().name(),
                            c.bytesUp(),
                            c.bytesDown(),
                            Duration.ofNanos(c.nanosOpen()),
                            Duration.ofNanos(c.nanosIdle())));
        }
        return open;
    }

    /** Tells the backends of the bytes that have moved so far. On the loop. */
    void settle() {
        for (Connection c = connections.anyInUse(); c != null; c = c.next) {
            c.settle();
        }
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
            pipes.trim();
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

    /** The address that a client has connected to; until the next call. */
    NativeAddress localAddress(int fd) {
        sockets.localAddress(fd, local);
        return local;
    }

    /**
     * An empty buffer for the time of a read and a write. It is emptied here and not by those who
     * used it before: whatever they threw, no connection may find another one's bytes in it.
     */
    NativeBuffer scratch() {
        scratch.clear();
        return scratch;
    }

    /** Leaves the buffer with its bytes to the caller; null if there is no memory for another. */
    NativeBuffer keepScratch() {
        NativeBuffer next = buffers.tryTake();
        if (next == null) {
            return null;
        }
        NativeBuffer kept = scratch;
        scratch = next;
        return kept;
    }

    /**
     * What to ask for where bytes are to be moved. By edges where they tell of urgent data too:
     * then an epoll need not look again at each fd that it has told of. Elsewhere by level.
     */
    int readInterest() {
        return readInterest;
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
        return shared.settings();
    }

    EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    Upstream upstream() {
        return shared.upstream();
    }

    SourceLimits sourceLimits() {
        return shared.sourceLimits();
    }

    ConnectionPool connections() {
        return connections;
    }

    BufferPool buffers() {
        return buffers;
    }

    SplicePipePool pipes() {
        return pipes;
    }

    Logger log() {
        return LOG;
    }
}
