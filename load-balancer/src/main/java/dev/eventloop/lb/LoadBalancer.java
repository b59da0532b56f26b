package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.relay.CloseReport;
import dev.eventloop.lb.report.AccessLog;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.lb.runtime.Worker;
import dev.eventloop.lb.runtime.Workers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A TCP load balancer in this process: accepts connections and relays each to one of its backends.
 *
 * <pre>{@code
 * try (LoadBalancer lb = LoadBalancer.builder()
 *         .listen(8080)
 *         .backend("127.0.0.1", 9001, 3)
 *         .backend("127.0.0.1", 9002, 2)
 *         .start()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>It may have several frontends and pools: {@link LoadBalancerBuilder#frontend}. Methods that
 * change a backend without naming its pool are for a load balancer with one pool. It runs on
 * threads of its own; every method may be called from any thread.
 */
public final class LoadBalancer implements AutoCloseable {
    private final Workers workers;
    private final Services services;
    private final CloseReport report;
    private final AccessLog accessLog;
    private final OperatorState restored;
    private volatile boolean released;

    LoadBalancer(
            LoadBalancerBuilder builder, Plan plan, Environment environment, AccessLog accessLog)
            throws IOException {
        this.accessLog = accessLog;
        this.restored = builder.restored();
        this.report = new CloseReport(environment.wallClock(), accessLog);
        report.listeners().addAll(builder.listeners());
        this.workers = Workers.open(plan.process(), builder.loopOptions(), environment, report);
        this.services = new Services(workers, environment, builder.inherited());
        try {
            builder.warnOfWhatIsMissingIn(workers.first().loop());
            services.open(plan);
        } catch (IOException | RuntimeException | Error e) {
            workers.end();
            services.close();
            throw e;
        }
    }

    /** Describes a load balancer, and starts it. */
    public static LoadBalancerBuilder builder() {
        return new LoadBalancerBuilder();
    }

    /** Starts the sources and the threads. */
    LoadBalancer run() {
        services.startSources();
        services.pools().restore(restored);
        workers.run("load-balancer-" + port(), services.process().pinThreads());
        return this;
    }

    /** The port of {@link #address}. */
    public int port() {
        return address().getPort();
    }

    /** The first address of the first frontend; {@link #stats} has all. */
    public InetSocketAddress address() {
        return services.firstAddress();
    }

    /** {@code "epoll"} and so on. */
    public String eventBackend() {
        return workers.first().loop().backendName();
    }

    /** The counters, including the bytes of open connections so far. */
    public LoadBalancerStats stats() {
        workers.settle();
        return snapshot();
    }

    /** The counters without the latest bytes of open connections. */
    LoadBalancerStats snapshot() {
        return services.stats();
    }

    /** Lines of the access log that were dropped: the disk was too slow, or a write failed. */
    public long droppedLogLines() {
        return accessLog == null ? 0 : accessLog.dropped();
    }

    /**
     * How often the event loop of each thread stalled: {@link LoadBalancerBuilder#stallWarning}.
     */
    public List<Long> stalls() {
        return workers.stalls();
    }

    /** Whether every event loop turns within a second, for a watchdog. Waits for that. */
    public boolean allLoopsTurn() {
        return workers.allTurn();
    }

    /** Whether it accepts, and each pool has a backend that is up. */
    public boolean isReady() {
        boolean isOver = services.isEnding() || failure().isDone();
        return !isOver && poolsWithoutBackend().isEmpty();
    }

    /** The names of the pools whose next connection finds no backend that is up. */
    public List<String> poolsWithoutBackend() {
        return services.pools().all().stream().filter(p -> !p.isAnyUp()).map(Pool::name).toList();
    }

    /**
     * Completes with what an event loop has thrown: the heap is full, or it has a bug. All
     * connections and listeners are closed then; {@link #close} frees the rest.
     */
    public CompletableFuture<Throwable> failure() {
        return workers.failure();
    }

    // Operation

    /**
     * Adds a backend to the only pool, from the next connection on.
     *
     * @throws IllegalArgumentException if there is one of that name
     * @throws UnknownHostException if its name is not known, or has no answer within 3 s
     */
    public void addBackend(BackendOptions backend) throws UnknownHostException {
        services.pools().only().groups().add(backend);
    }

    /**
     * As {@link #addBackend(BackendOptions)}.
     *
     * @throws NoSuchElementException if there is no such pool
     */
    public void addBackend(String pool, BackendOptions backend) throws UnknownHostException {
        services.pools().named(pool).groups().add(backend);
    }

    /**
     * Removes a backend from the only pool; its open connections continue.
     *
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalStateException if it is the last one
     */
    public void removeBackend(String name) {
        services.pools().only().groups().remove(name);
    }

    /** As {@link #removeBackend(String)}. */
    public void removeBackend(String pool, String name) {
        services.pools().named(pool).groups().remove(name);
    }

    /**
     * Changes a weight, 0 to 256, in the only pool, from the next connection on; 0 for no new ones.
     *
     * @throws NoSuchElementException if there is none of that name
     */
    public void setWeight(String name, int weight) {
        services.pools().only().groups().weight(name, weight);
    }

    /** As {@link #setWeight(String, int)}. */
    public void setWeight(String pool, String name, int weight) {
        services.pools().named(pool).groups().weight(name, weight);
    }

    /**
     * Takes a backend of the only pool out of use, or back into it.
     *
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalStateException if it is the last one in use
     */
    public void setState(String name, BackendState state) {
        services.pools().only().groups().state(name, Objects.requireNonNull(state, "state"));
    }

    /** As {@link #setState(String, BackendState)}. */
    public void setState(String pool, String name, BackendState state) {
        services.pools().named(pool).groups().state(name, Objects.requireNonNull(state, "state"));
    }

    /** What was changed by the methods above, for a load balancer that comes after this one. */
    public OperatorState operatorState() {
        return services.pools().operatorState();
    }

    /**
     * The listening sockets, for another process that takes them over. They stay open here until
     * {@link #drain(Duration, Set)}; no reload may come in between.
     */
    public List<ListeningSocket> listeningSockets() {
        return services.sockets();
    }

    /** The open connections; leaves out loops that do not answer within a second. */
    public List<OpenConnection> openConnections() {
        List<OpenConnection> all = new ArrayList<>();
        workers.ask(Worker::openConnections).forEach(all::addAll);
        return all;
    }

    /** Closes a connection, {@link CloseReason#KILLED}; false if there is none with that id. */
    public boolean closeConnection(long id) {
        return workers.ask(worker -> worker.close(c -> c.id() == id, CloseReason.KILLED)).stream()
                .anyMatch(count -> count > 0);
    }

    /**
     * Closes the connections that match, {@link CloseReason#KILLED}, and returns how many; leaves
     * out those of loops that do not answer within a second. Many thousands end within moments
     * after this has returned, since each loop closes some in each turn.
     */
    public int closeConnections(ConnectionSelection selection) {
        return workers.ask(worker -> worker.close(selection::has, CloseReason.KILLED)).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** Adds a listener, for connections from now on. */
    public void addConnectionListener(ConnectionListener listener) {
        report.listeners().add(Objects.requireNonNull(listener, "listener"));
    }

    /** Removes a listener; false if it was not registered. */
    public boolean removeConnectionListener(ConnectionListener listener) {
        return report.listeners().remove(listener);
    }

    /**
     * Changes to what the builder describes, without losing a connection: frontends, pools and
     * backends come and go; limits, timeouts and routes apply to new connections at once. The
     * access log, connection listeners and states of backends stay, and what {@link #addBackend},
     * {@link #removeBackend} and {@link #setWeight} did, unless the builder says something else of
     * that backend than the previous one.
     *
     * @return one sentence for each setting that stays until a restart, and for each backend of
     *     which the builder and such a change differ
     * @throws IllegalArgumentException if something is wrong; then nothing has changed
     * @throws UnknownHostException if the name of a backend is not known; then nothing has changed
     * @throws IllegalStateException after {@link #drain} or {@link #close}
     * @throws ErrnoException if a new frontend cannot listen; then nothing has changed
     */
    public List<String> reload(LoadBalancerBuilder wanted) throws IOException {
        services.refuseIfEnding();
        Plan plan = wanted.plan();
        return services.reload(plan, plan.resolve()); // waits for names, so without a lock
    }

    // The end

    /**
     * Stops listening at once and waits until all connections have ended. Closes those that remain
     * in steps over the last tenth of {@code time}. Afterwards only {@link #stats} is useful.
     *
     * @return whether all connections ended by themselves
     */
    public boolean drain(Duration time) {
        return drain(time, Set.of());
    }

    /**
     * As {@link #drain(Duration)}, after another process has taken over the sockets at these
     * addresses: they go on listening there, and this one closes its fds of them.
     */
    public boolean drain(Duration time, Set<InetSocketAddress> handedOver) {
        startDraining(Amounts.notNegative(time, "the time to drain"), Set.copyOf(handedOver));
        awaitEnd();
        Set<CloseReason> ours = Set.of(CloseReason.DRAINED, CloseReason.SHUTDOWN);
        return Collections.disjoint(ours, snapshot().closes().keySet());
    }

    /** Each worker drains, and stops when its connections have ended. */
    void startDraining(Duration time) {
        startDraining(time, Set.of());
    }

    private void startDraining(Duration time, Set<InetSocketAddress> handedOver) {
        services.end();
        workers.onEach(worker -> worker.drain(time, handedOver));
    }

    /** Each worker ends its connections, and stops. */
    void startClosing() {
        services.end();
        workers.onEach(Worker::shutDown);
    }

    /** Whether everything has ended, by {@link #drain} or {@link #close}. */
    public boolean isClosed() {
        return released;
    }

    /** Closes all listeners and connections now. Idempotent. */
    @Override
    public void close() {
        startClosing();
        awaitEnd();
    }

    List<Worker> workers() {
        return workers.all();
    }

    Services services() {
        return services;
    }

    /** Closes what the workers share, after all of them have ended. */
    private void awaitEnd() {
        workers.awaitEnd();
        synchronized (this) {
            if (released) {
                return;
            }
            services.close();
            if (accessLog != null) {
                accessLog.close();
            }
            released = true; // last: isClosed says that all lines are written
        }
    }
}
