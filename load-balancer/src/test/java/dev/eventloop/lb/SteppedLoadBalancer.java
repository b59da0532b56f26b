package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.Builds;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.relay.Connection;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.lb.runtime.Worker;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A real {@link LoadBalancer} whose workers take turns on the calling thread, over any kernel and
 * clock. Here, and nowhere else, the simulation reaches into the package.
 */
public final class SteppedLoadBalancer {
    private final LoadBalancer lb;
    private final BetweenTurns builds;
    private final Set<Worker> ended = new HashSet<>();

    private SteppedLoadBalancer(LoadBalancer lb, BetweenTurns builds) {
        this.lb = lb;
        this.builds = builds;
    }

    /** Runs a change later, on this thread. */
    public interface Delays {
        void later(long nanos, Runnable change);
    }

    /** Tables that nobody waits for are built before the next turn: until then they are old. */
    private static final class BetweenTurns implements Builds {
        private final Deque<Runnable> due = new ArrayDeque<>();
        private final LongSupplier clock;
        private final Delays delays;

        BetweenTurns(LongSupplier clock, Delays delays) {
            this.clock = clock;
            this.delays = delays;
        }

        @Override
        public void now(Runnable build) {
            build.run();
        }

        @Override
        public void soon(Runnable build) {
            due.add(build);
        }

        @Override
        public long nanoTime() {
            return clock.getAsLong();
        }

        @Override
        public void later(long nanos, Runnable change) {
            delays.later(nanos, change);
        }

        void run() {
            while (!due.isEmpty()) {
                due.poll().run();
            }
        }
    }

    /** Opens the loop of a worker. */
    public interface Loops {
        EventLoop open(EventLoopOptions options) throws ErrnoException;
    }

    /** As the other one, where no source of backends changes its answer. */
    public static SteppedLoadBalancer open(
            LoadBalancerBuilder builder,
            Sockets sockets,
            LongSupplier clock,
            long seed,
            Loops loops)
            throws IOException {
        Delays none =
                (nanos, change) -> {
                    throw new AssertionError("nothing is put off here");
                };
        return open(builder, sockets, clock, seed, loops, none);
    }

    /** All that {@link LoadBalancerBuilder#start} does, but the threads. */
    public static SteppedLoadBalancer open(
            LoadBalancerBuilder builder,
            Sockets sockets,
            LongSupplier clock,
            long seed,
            Loops loops,
            Delays delays)
            throws IOException {
        BetweenTurns builds = new BetweenTurns(clock, delays);
        LoadBalancer lb =
                builder.open(
                        new Environment(
                                sockets,
                                clock,
                                new NanoClock(clock),
                                seed,
                                loops::open,
                                builds,
                                Duration.ZERO));
        lb.services().startSources();
        return new SteppedLoadBalancer(lb, builds);
    }

    /** Each worker's loop runs once, without a wait; how many callbacks were called. */
    public int turn() throws IOException {
        builds.run();
        int called = 0;
        for (Worker worker : lb.workers()) {
            if (!ended.contains(worker)) {
                called += worker.loop().run(0);
                endIfOver(worker);
            }
        }
        return called;
    }

    /** The loop of the only worker waits, as it would on a thread of its own. */
    public int turnWaiting(int timeoutMillis) throws IOException {
        builds.run();
        Worker worker = lb.workers().get(0);
        int called = worker.loop().run(timeoutMillis);
        endIfOver(worker);
        return called;
    }

    /** What its thread does when its loop has stopped. */
    private void endIfOver(Worker worker) {
        if (worker.isOver()) {
            worker.end();
            ended.add(worker);
        }
    }

    /** Nanoseconds until work is due, see {@link EventLoop#nanosToWait}. */
    public long nanosToWait() {
        long least = builds.due.isEmpty() ? -1 : 0;
        for (Worker worker : lb.workers()) {
            long nanos = ended.contains(worker) ? -1 : worker.loop().nanosToWait();
            if (nanos >= 0 && (least < 0 || nanos < least)) {
                least = nanos;
            }
        }
        return least;
    }

    /** For what an operator does, but for what waits for the loops: they are stepped. */
    public LoadBalancer operated() {
        return lb;
    }

    /** As {@link LoadBalancer#closeConnection}, but does not wait for it. */
    public void closeConnection(long id) {
        for (Worker worker : lb.workers()) {
            worker.execute(() -> worker.close(c -> c.id() == id, CloseReason.KILLED));
        }
    }

    /** As {@link #closeConnection}, of all. */
    public void closeAllConnections() {
        lb.workers().forEach(w -> w.execute(() -> w.close(c -> true, CloseReason.KILLED)));
    }

    /** As {@link LoadBalancer#openConnections}, of each worker when it has its turn. */
    public void askWhoIsInside(Consumer<List<OpenConnection>> answer) {
        for (Worker worker : lb.workers()) {
            worker.execute(() -> answer.accept(worker.openConnections()));
        }
    }

    /** As {@link LoadBalancer#drain}, but does not wait for the end. */
    public void startDraining(Duration time) {
        lb.startDraining(time);
    }

    /** As {@link LoadBalancer#close}, but does not wait for the end. */
    public void startClosing() {
        lb.startClosing();
    }

    /** Whether all workers have ended. */
    public boolean isOver() {
        return ended.size() == lb.workers().size();
    }

    /** What {@link LoadBalancer#drain} and close do once the threads have ended. */
    public void release() {
        for (Worker worker : lb.workers()) {
            if (ended.add(worker)) { // a run that was cut short
                worker.end();
            }
        }
        lb.close();
    }

    public LoadBalancerStats stats() {
        return lb.snapshot();
    }

    /** As {@link LoadBalancer#stats}, of each worker when it has its turn. */
    public void settle() {
        lb.workers().forEach(worker -> worker.execute(worker::settle));
    }

    /** The open clients, as the access log names them. */
    public Set<String> clients() {
        Set<String> clients = new TreeSet<>();
        for (Worker worker : lb.workers()) {
            for (Connection c = worker.connections().anyInUse(); c != null; c = c.next()) {
                clients.add(c.client().toString());
            }
        }
        return clients;
    }

    /** The frontends that there are, by identity. */
    public List<Frontend> frontends() {
        return lb.services().frontends();
    }

    /** Tells the id and the client of each connection that has a pool. */
    public void routed(BiConsumer<Long, String> each) {
        for (Worker worker : lb.workers()) {
            for (Connection c = worker.connections().anyInUse(); c != null; c = c.next()) {
                if (c.pool() != null) {
                    each.accept(c.id(), c.client().toString());
                }
            }
        }
    }

    /** Whether a table is yet to be replaced, after a change. */
    public boolean isBuildDue() {
        return !builds.due.isEmpty();
    }

    /** The backends of a pool, by identity; none if there is no such pool. */
    public List<Backend> backends(String pool) {
        Pool found = pool(pool);
        return found == null ? List.of() : found.backends();
    }

    /** 0 if there is no such pool. */
    public double shareOf(String pool, Backend backend) {
        Pool found = pool(pool);
        return found == null ? 0 : found.shareOf(backend);
    }

    private Pool pool(String name) {
        return lb.services().pools().byName().get(name);
    }

    /** How many connections each backend should count. */
    public Map<Backend, Integer> acquired() {
        Map<Backend, Integer> acquired = new HashMap<>(); // backends equal nobody else
        for (Worker worker : lb.workers()) {
            for (Connection c = worker.connections().anyInUse(); c != null; c = c.next()) {
                if (c.acquired() != null) {
                    acquired.merge(c.acquired(), 1, Integer::sum);
                }
            }
        }
        return acquired;
    }

    /** Where clients' connections to backends, and attempts at them, begin. */
    public Set<Integer> dialPorts(Sockets sockets) {
        Set<Integer> ports = new HashSet<>();
        for (Worker worker : lb.workers()) {
            for (Connection c = worker.connections().anyInUse(); c != null; c = c.next()) {
                InetSocketAddress from =
                        c.relay().backendFd() < 0
                                ? null
                                : sockets.localAddress(c.relay().backendFd());
                if (from != null) {
                    ports.add(from.getPort());
                }
            }
        }
        return ports;
    }

    /** Whether the backend's pool is removed, and keeps its backends for pending dials. */
    public boolean isBeingRetired(Backend backend) {
        return lb.services().pools().retired().stream()
                .anyMatch(pool -> pool.pool().backends().contains(backend));
    }

    /** Connections that are not in their pool. */
    public int connectionsInUse() {
        return lb.workers().stream().mapToInt(worker -> worker.connections().activeCount()).sum();
    }

    /** Buffers that are not in their pool; each worker that runs has one. */
    public int buffersTaken() {
        return lb.workers().stream().mapToInt(worker -> worker.buffersTaken()).sum();
    }

    /** Fds that the loops watch, beyond a listener of each frontend, which has one address. */
    public int watchedFds() {
        int listeners = lb.services().frontends().size();
        int watched = 0;
        for (Worker worker : lb.workers()) {
            watched += ended.contains(worker) ? 0 : worker.loop().size() - listeners;
        }
        return watched;
    }

    /** The time of day of a virtual clock, which began in 1970. */
    private static final class NanoClock extends Clock {
        private final LongSupplier nanos;

        NanoClock(LongSupplier nanos) {
            this.nanos = nanos;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(0, nanos.getAsLong());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
