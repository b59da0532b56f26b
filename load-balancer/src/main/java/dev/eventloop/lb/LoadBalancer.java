package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.lb.upstream.Backend;
import dev.eventloop.lb.upstream.BackendState;
import dev.eventloop.lb.upstream.HealthChecks;
import dev.eventloop.lb.upstream.Upstream;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

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
 * <p>It runs on threads of its own; every method may be called from any thread.
 */
public final class LoadBalancer implements AutoCloseable {
    private final Upstream upstream;
    private final BackendGroups groups;
    private final Shared shared;
    private final AccessLog accessLog;
    private final List<BackendSource> sources;
    private final Workers workers = new Workers();
    private final AtomicInteger unsettled = new AtomicInteger();
    private final String eventBackend;
    private final long seed;
    private volatile boolean ending;
    private boolean released;

    LoadBalancer(
            LoadBalancerBuilder builder,
            Settings settings,
            List<Backend> backends,
            Surroundings surroundings,
            AccessLog accessLog)
            throws ErrnoException {
        this.accessLog = accessLog;
        this.seed = surroundings.seed();
        this.sources = List.copyOf(builder.sources());
        Sockets sockets = surroundings.sockets();
        this.upstream =
                new Upstream(
                        settings.algorithm().pickers(surroundings.seed()),
                        settings.health(),
                        surroundings.nanoClock());
        int[] listeners = new int[0];
        try {
            upstream.replace(BackendGroups.GIVEN, backends);
            listeners =
                    Listeners.open(
                            sockets, settings.address(), settings.threads(), settings.acceptMode());
            this.shared =
                    new Shared(
                            settings,
                            surroundings,
                            upstream,
                            new ClientSlots(settings.maxClients(), this::slotIsFree),
                            sockets.localAddress(listeners[0]));
            shared.listeners().addAll(builder.listeners());
            if (accessLog != null) {
                shared.listeners().add(accessLog);
            }
            this.groups = new BackendGroups(upstream, shared::settings);
            for (int listener : listeners) {
                EventLoop loop = surroundings.loops().open(builder.loopOptions());
                Worker worker = worker(workers.size(), loop, listener);
                workers.add(worker);
                worker.open();
            }
        } catch (Throwable e) {
            for (int i = workers.size(); i < listeners.length; i++) {
                sockets.close(listeners[i]);
            }
            workers.end();
            upstream.close();
            throw e;
        }
        Worker first = workers.first();
        builder.warnOfWhatIsMissingIn(first.loop());
        first.checkHealth(
                new HealthChecks(
                        upstream,
                        first.loop(),
                        sockets,
                        this::introduceCheck,
                        surroundings.seed()));
        upstream.watch(
                new Upstream.Watcher() {
                    @Override
                    public void backendsChanged() {
                        first.execute(first::updateHealthChecks);
                    }

                    @Override
                    public void wentDown(Backend backend) {
                        backendWentDown(backend);
                    }
                });
        this.eventBackend = first.loop().backendName();
    }

    private Worker worker(int number, EventLoop loop, int listenFd) throws ErrnoException {
        try {
            return new Worker(shared, number, loop, listenFd);
        } catch (Throwable e) {
            loop.close();
            throw e;
        }
    }

    /** What to listen on, and who is behind. */
    public static LoadBalancerBuilder builder() {
        return new LoadBalancerBuilder();
    }

    /** Begins. */
    LoadBalancer run() {
        groups.replaceSources(sources);
        workers.run("load-balancer-" + port(), shared.settings().pinThreads());
        return this;
    }

    /** The port that is listened on. */
    public int port() {
        return address().getPort();
    }

    /** The address that is listened on. */
    public InetSocketAddress address() {
        return shared.address();
    }

    /** {@code "epoll"} and so on. */
    public String eventBackend() {
        return eventBackend;
    }

    /** What happened so far. */
    public LoadBalancerStats stats() {
        settle();
        return snapshot();
    }

    /** As the counters are, without asking the workers. */
    LoadBalancerStats snapshot() {
        List<LoadBalancerStats.Backend> each =
                upstream.backends().stream().map(this::stats).toList();
        Counters counters = shared.counters();
        return new LoadBalancerStats(
                counters.acceptedCount(), counters.active(), each, counters.closes());
    }

    private LoadBalancerStats.Backend stats(Backend backend) {
        return new LoadBalancerStats.Backend(
                backend.name(),
                backend.weight(),
                backend.isBackup(),
                backend.maxConnections(),
                backend.state(),
                backend.isHealthy(),
                upstream.shareOf(backend),
                backend.connections(),
                backend.active(),
                backend.connectFailures(),
                backend.checkFailures(),
                backend.bytesSent(),
                backend.bytesReceived());
    }

    /** So that the next look sees what open connections have carried until now. */
    private void settle() {
        if (unsettled.compareAndSet(0, workers.size())) {
            workers.onEach(
                    worker -> {
                        worker.settle();
                        unsettled.decrementAndGet();
                    });
        }
    }

    /** Lines of the access log that were dropped, since the disk could not follow. */
    public long droppedLogLines() {
        return accessLog == null ? 0 : accessLog.dropped();
    }

    /** Whether it accepts, and at least one backend is up. */
    public boolean isReady() {
        return !ending && upstream.isAnyUp();
    }

    // The operator

    /**
     * One more backend, from the next connection on.
     *
     * @throws IllegalArgumentException if there is one of that name
     * @throws UnknownHostException if its name is not known
     */
    public void addBackend(BackendOptions backend) throws UnknownHostException {
        groups.add(backend);
    }

    /**
     * No new connections to this backend; those that it has go on.
     *
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalStateException if it is the last one
     */
    public void removeBackend(String name) {
        groups.remove(name);
    }

    /**
     * Another weight, 1 to 256, from the next connection on.
     *
     * @throws NoSuchElementException if there is none of that name
     */
    public void setWeight(String name, int weight) {
        groups.weight(name, weight);
    }

    /**
     * Takes a backend out of use, or back into it.
     *
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalStateException if it is the last one in use
     */
    public void setState(String name, BackendState state) {
        groups.state(name, Objects.requireNonNull(state, "state"));
    }

    /** Who is inside; asks the loops, and leaves out those that do not answer within a second. */
    public List<OpenConnection> openConnections() {
        List<OpenConnection> all = new ArrayList<>();
        workers.ask(Worker::openConnections).forEach(all::addAll);
        return all;
    }

    /** Closes a connection, {@link CloseReason#KILLED}; false if there is none of that number. */
    public boolean closeConnection(long id) {
        return workers.ask(worker -> worker.close(c -> c.id() == id, CloseReason.KILLED)).stream()
                .anyMatch(count -> count > 0);
    }

    /** Tells of connections from now on. */
    public void addConnectionListener(ConnectionListener listener) {
        shared.listeners().add(Objects.requireNonNull(listener, "listener"));
    }

    /** Tells of them no more; false if it did not. */
    public boolean removeConnectionListener(ConnectionListener listener) {
        return shared.listeners().remove(listener);
    }

    /**
     * Becomes what the builder describes, without losing a connection: backends come, go and have
     * other weights; limits, timeouts and so on hold for new connections at once. The access log
     * and connection listeners stay.
     *
     * @return a sentence for each thing that can only be changed by a restart, and was left
     * @throws IllegalArgumentException if something is wrong; then nothing has changed
     * @throws UnknownHostException if the name of a backend is not known; then nothing has changed
     */
    public List<String> reload(LoadBalancerBuilder wanted) throws UnknownHostException {
        Settings next = wanted.settings();
        List<Backend> backends = wanted.resolve(next);
        Settings now = shared.settings();
        List<String> left = now.fixedDifferences(next);
        shared.change(next.withFixedOf(now));
        upstream.change(next.algorithm().pickers(seed), next.health());
        groups.replaceGiven(backends);
        groups.replaceSources(wanted.sources());
        return left;
    }

    private void introduceCheck(int fd, NativeBuffer buffer) {
        ProxyProtocol version = shared.settings().sendProxyProtocol();
        if (version != null) {
            ProxyHeader.writeForCheck(version, shared.sockets(), fd, buffer);
        }
    }

    private void backendWentDown(Backend backend) {
        if (shared.settings().closeWhenBackendFails()) {
            workers.onEach(
                    worker -> worker.close(c -> c.backend() == backend, CloseReason.BACKEND_DOWN));
        }
        Worker first = workers.first();
        first.execute(first::updateHealthChecks);
    }

    // The end

    /**
     * Stops listening at once and waits until all connections have ended. Those that have not when
     * {@code time} is over are closed, spread over its last tenth. Afterwards only {@link #stats}
     * is of use.
     *
     * @return whether all connections ended by themselves
     */
    public boolean drain(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(
                    "the time to drain is " + time + "; it must not be negative");
        }
        startDraining(time);
        awaitEnd();
        Map<CloseReason, Long> closes = shared.counters().closes();
        return !closes.containsKey(CloseReason.DRAINED)
                && !closes.containsKey(CloseReason.SHUTDOWN);
    }

    /** Each worker drains, and stops when its connections have ended. */
    void startDraining(Duration time) {
        ending = true;
        workers.onEach(worker -> worker.drain(time));
    }

    /** Each worker ends its connections, and stops. */
    void startClosing() {
        ending = true;
        workers.onEach(Worker::shutDown);
    }

    /** Whether everything has ended, by {@link #drain} or {@link #close}. */
    public synchronized boolean isClosed() {
        return released;
    }

    /** Ends everything now: listeners and connections. Idempotent. */
    @Override
    public void close() {
        startClosing();
        awaitEnd();
    }

    List<Worker> workers() {
        return workers.all();
    }

    ClientSlots slots() {
        return shared.slots();
    }

    private void awaitEnd() {
        workers.awaitEnd();
        release();
    }

    private void slotIsFree() {
        workers.onEach(Worker::slotIsFree);
    }

    /** What the workers shared, once none of them runs any more. */
    private synchronized void release() {
        if (released) {
            return;
        }
        released = true;
        groups.close();
        upstream.close();
        if (accessLog != null) {
            accessLog.close();
        }
    }
}
