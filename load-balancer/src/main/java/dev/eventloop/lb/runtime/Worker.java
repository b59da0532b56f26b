package dev.eventloop.lb.runtime;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.OpenConnection;
import dev.eventloop.lb.frontend.Bind;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.frontend.ListenSockets;
import dev.eventloop.lb.pool.HealthChecks;
import dev.eventloop.lb.relay.CloseReport;
import dev.eventloop.lb.relay.Connection;
import dev.eventloop.lb.relay.ConnectionPool;
import dev.eventloop.lb.relay.RelayContext;
import dev.eventloop.lb.relay.TransferMemory;
import dev.eventloop.lb.relay.readiness.ReadinessRelays;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread, one event loop, an acceptor for each address, and their connections. */
public final class Worker implements RelayContext.Host {
    /** The most workers, so that the ids of their connections differ. */
    public static final int MAX_WORKERS = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final int number;
    private final EventLoop loop;
    private final Sockets sockets;
    private final CloseReport report;
    private final RelayContext context;
    private final ConnectionPool connections;
    private final AcceptPause pause;
    final Settling settling = new Settling(this);
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final List<HealthChecks> healthChecks = new ArrayList<>();

    private long connectionsSoFar;
    private Drain drain;
    private boolean over;
    private boolean ended;

    /**
     * @param number of this worker, from 0
     * @param workers how many there are
     * @throws ErrnoException ENOMEM; then the caller still owns the loop
     */
    public Worker(
            int number, int workers, EventLoop loop, Environment environment, CloseReport report)
            throws ErrnoException {
        this.number = number;
        this.loop = loop;
        this.sockets = environment.sockets();
        this.report = report;
        TransferMemory memory = new TransferMemory(sockets, workers);
        this.context =
                new RelayContext(
                        loop, sockets, memory, new ReadinessRelays(loop, sockets, memory), this);
        this.connections = new ConnectionPool(context);
        this.pause = new AcceptPause(loop, acceptors);
    }

    /**
     * Accepts the clients of a frontend at one of its addresses, whose socket may have been that of
     * a removed frontend. Before the loop runs, or on it.
     */
    void accept(Bind bind, ListenSockets listeners) throws ErrnoException {
        boolean isNew = listeners.take(number);
        if (drain != null || over) { // a reload during a drain or shutdown
            if (isNew) {
                listeners.close(number);
            }
        } else if (isNew) {
            Acceptor acceptor = new Acceptor(this, bind, listeners, number, pause);
            acceptors.add(acceptor);
            acceptor.open();
        } else {
            acceptors.stream().filter(a -> a.isOf(listeners)).forEach(a -> a.rebind(bind));
        }
    }

    /** Adds the health checks of a pool. On the loop. */
    void checkHealth(HealthChecks checks) {
        healthChecks.add(checks);
    }

    /** Stops the health checks of a pool. On the loop. */
    void forgetHealth(HealthChecks checks) {
        if (healthChecks.remove(checks)) {
            checks.end();
        }
    }

    /** Stops accepting clients of a frontend; its connections continue. On the loop. */
    public void stopAccepting(Frontend frontend) {
        acceptors.stream().filter(a -> a.isOf(frontend)).forEach(Acceptor::startClosing);
    }

    /** Runs until the worker has drained or shut down. Returns null, or what ended it before. */
    Throwable run() {
        Throwable failure = null;
        try {
            loop.runUntilStopped();
        } catch (Throwable e) {
            failure = e;
        }
        try {
            end();
        } catch (Throwable e) {
            failure = failure == null ? e : failure;
        }
        return failure;
    }

    /** Frees everything. The loop must have ended. */
    public void end() {
        shutDown();
        healthChecks.forEach(HealthChecks::end);
        ended = true; // before close, which runs the tasks that are left
        loop.close();
        settling.end();
        acceptors.forEach(Acceptor::free);
        context.close();
    }

    // Clients

    void accepted(Bind bind, int fd, NativeAddress peer) {
        Frontend frontend = bind.frontend();
        frontend.counters().accepted();
        long id = connectionsSoFar++ * MAX_WORKERS + number;
        Connection connection = takeConnection();
        if (connection == null) {
            sockets.reset(fd);
            frontend.counters().closed(CloseReason.OUT_OF_MEMORY);
            frontend.slots().give();
        } else {
            connection.begin(id, bind, fd, peer);
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

    @Override
    public void connected(Connection connection) {
        report.connected(connection);
    }

    @Override
    public void finished(Connection connection, CloseReason reason) {
        Frontend frontend = connection.frontend();
        frontend.counters().closed(reason);
        report.closed(connection, reason);
        connections.give(connection);
        frontend.slots().give();
        stopIfDrained();
    }

    @Override
    public boolean pauseIfOutOfDescriptors(int result) {
        boolean out = Errno.isScarcity(-result);
        if (out) {
            context.memory().trim();
            pause.outOfDescriptors(-result);
        }
        return out;
    }

    @Override
    public void claimDescriptors(int more) {
        pause.claimDescriptors(more);
    }

    @Override
    public void outOfMemory() {
        pause.outOfMemory();
    }

    // Called by other classes, on the loop

    /** Closes the connections that match, see {@link Sweep}; returns how many. On the loop. */
    public int close(Predicate<Connection> doomed, CloseReason reason) {
        return Sweep.start(this, connections.select(doomed), reason);
    }

    /** The connections that are open. On the loop. */
    public List<OpenConnection> openConnections() {
        return connections.describe();
    }

    /** Adds the bytes of open connections to their backends' counters. On the loop. */
    public void settle() {
        connections.settle();
    }

    /** A client slot was freed, perhaps by another worker. On the loop. */
    public void slotIsFree() {
        acceptors.forEach(Acceptor::resume);
    }

    /** Runs a task on the loop; drops it, and returns false, if the worker has ended. */
    public boolean execute(Runnable task) {
        try {
            loop.execute(() -> runUnlessEnded(task));
            return true;
        } catch (IllegalStateException e) { // closed
            LOG.trace("a task for a worker that has ended", e);
            return false;
        }
    }

    private void runUnlessEnded(Runnable task) {
        if (!ended) {
            task.run();
        }
    }

    // The end

    /**
     * Stops accepting; the worker stops when its connections have ended. On the loop.
     *
     * @param handedOver see {@link Acceptor#drain}
     */
    public void drain(Duration time, Set<InetSocketAddress> handedOver) {
        if (drain == null) {
            drain = new Drain(loop, connections, time);
            acceptors.forEach(acceptor -> acceptor.drain(handedOver));
            stopIfDrained();
        }
    }

    void listenerClosed(Acceptor acceptor) {
        if (drain == null) { // its frontend was removed
            acceptors.remove(acceptor);
            acceptor.free();
        }
        stopIfDrained();
    }

    private void stopIfDrained() {
        if (drain != null
                && connections.activeCount() == 0
                && acceptors.stream().allMatch(Acceptor::isClosed)) {
            drain.cancel();
            over = true;
            loop.stop();
        }
    }

    /** Ends everything now. On the loop, or after it. */
    public void shutDown() {
        acceptors.forEach(Acceptor::abort);
        for (Connection c = connections.anyInUse(); c != null; c = connections.anyInUse()) {
            c.close(CloseReason.SHUTDOWN);
        }
        over = true;
        loop.stop();
    }

    /** Whether the loop was asked to stop because nothing is left to do. On the loop. */
    public boolean isOver() {
        return over;
    }

    public EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    public ConnectionPool connections() {
        return connections;
    }

    /** Buffers that are not in their pool; the scratch buffer is one of them. */
    public int buffersTaken() {
        return context.memory().buffersTaken();
    }
}
