package dev.eventloop.lb.runtime;

import dev.eventloop.lb.BackendSource;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.BackendGroups;
import dev.eventloop.lb.pool.GivenBackends;
import dev.eventloop.lb.pool.HealthChecks;
import dev.eventloop.lb.pool.OwnAddresses;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.pool.PoolSettings;
import dev.eventloop.lb.pool.PoolWatcher;
import dev.eventloop.lb.preface.ProxyHeader;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.lb.relay.Connection;
import dev.eventloop.net.NativeBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A running pool: its backends by origin, its health checks on one of the workers, and what happens
 * to connections when a backend goes down.
 */
public final class PoolService implements AutoCloseable {
    /** For what comes before and between connects: prefaces, a full backlog, no descriptors. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** So many are waited for; the product with the longest time is a Duration. */
    private static final long MOST_ATTEMPTS = 100_000;

    private final Pool pool;
    private final BackendGroups groups;
    private final Workers workers;
    private final Environment environment;

    /** On the first worker's loop only; null until that has run. */
    private HealthChecks checks;

    /** How often the pool was retired or restored. */
    private int turns;

    private boolean closed;

    /**
     * Before the workers run, or while they do.
     *
     * @param pool closed with this
     * @param own refuses backends that are the load balancer itself
     */
    public PoolService(Pool pool, OwnAddresses own, Workers workers, Environment environment) {
        this.pool = pool;
        this.groups = new BackendGroups(pool, own, environment.builds());
        this.workers = workers;
        this.environment = environment;
        Worker first = workers.first();
        first.execute(() -> startChecks(first));
        pool.watch(new Watcher());
    }

    private void startChecks(Worker worker) {
        checks =
                new HealthChecks(
                        pool,
                        worker.loop(),
                        environment.sockets(),
                        this::writePreface,
                        workers.checkSlots(),
                        environment.seed() + pool.name().hashCode());
        worker.checkHealth(checks);
    }

    /** Starts its sources; completes when each has given its first answer. */
    public CompletableFuture<Void> start(List<BackendSource> sources) {
        return groups.replaceSources(sources);
    }

    /**
     * Applies the settings and backends of a configuration.
     *
     * @return a sentence for each backend for which it and an operator differ
     */
    public List<String> change(PoolSettings settings, GivenBackends backends) {
        pool.change(settings, environment.seed());
        return groups.replaceGiven(backends);
    }

    public Pool pool() {
        return pool;
    }

    public BackendGroups groups() {
        return groups;
    }

    private void writePreface(int fd, NativeBuffer buffer) {
        ProxyProtocol version = pool.settings().sendProxyProtocol();
        if (version != null) {
            ProxyHeader.writeForCheck(version, environment.sockets(), fd, buffer);
        }
    }

    /**
     * Takes the pool out of service: its connections go on. Its backends stay for as long as
     * connections that are not yet relayed can normally need them; one that takes longer ends as
     * no-backend. Any thread.
     *
     * @param onClosed called on a loop once it is closed; not if the loop ends before, or if the
     *     pool is restored
     */
    public synchronized void retire(Runnable onClosed) {
        groups.close();
        int turn = ++turns;
        PoolSettings settings = pool.settings();
        Duration each = settings.connectTimeout().plus(settings.retryInterval());
        Duration dialling = each.multipliedBy(Math.min(1L + settings.retries(), MOST_ATTEMPTS));
        Worker first = workers.first();
        first.execute(
                () -> {
                    first.forgetHealth(checks);
                    first.loop().newTimer(() -> close(turn, onClosed)).start(dialling.plus(SLACK));
                });
    }

    private synchronized void close(int turn, Runnable onClosed) {
        if (turn == turns) {
            closed = true;
            pool.close();
            onClosed.run();
        }
    }

    /**
     * Takes the pool into service again after {@link #retire}, with the backends that it had; its
     * sources do not run.
     *
     * @return false if it is closed
     */
    public boolean restore() {
        synchronized (this) {
            if (closed) {
                return false;
            }
            turns++;
        }
        pool.forgetIdle(); // waits for a table, and so without the lock, which a loop takes
        Worker first = workers.first();
        first.execute(
                () -> {
                    startChecks(first);
                    checks.updateAll();
                });
        return true;
    }

    /** Once no worker runs any more. Idempotent. */
    @Override
    public void close() {
        groups.close();
        pool.close();
    }

    /** The backends that went down since this was announced to the workers. */
    private static final class Fallen {
        private final Set<Backend> backends = new HashSet<>();
        private boolean begun;

        /** False if a worker has begun to close their connections. */
        synchronized boolean add(Backend backend) {
            return !begun && backends.add(backend);
        }

        synchronized Set<Backend> begin() {
            begun = true;
            return backends;
        }
    }

    private final class Watcher implements PoolWatcher {
        private Fallen fallen = new Fallen();

        Watcher() {
            fallen.begin(); // the first one to go down is announced
        }

        @Override
        public void changed(Collection<Backend> backends) {
            if (!backends.isEmpty()) {
                workers.first().execute(() -> checks.update(backends));
            }
        }

        @Override
        public void settingsChanged() {
            workers.first().execute(() -> checks.updateAll());
        }

        @Override
        public void startsSlowly() {
            workers.first().execute(() -> checks.startSlowly());
        }

        /** Clients that are being connected to a backup are asked to come again, too. */
        @Override
        public void primaryIsUp() {
            if (pool.settings().closeBackups()) {
                workers.onEach(worker -> worker.close(this::isOnBackup, CloseReason.PRIMARY_UP));
            }
        }

        private boolean isOnBackup(Connection connection) {
            Backend backend = connection.acquired();
            return connection.pool() == pool && backend != null && backend.isBackup();
        }

        /** Many may go down at a time: then each worker looks at its connections once. */
        @Override
        public synchronized void wentDown(Backend backend) {
            if (!pool.settings().closeWhenBackendFails() || fallen.add(backend)) {
                return;
            }
            Fallen next = new Fallen();
            next.add(backend);
            fallen = next;
            workers.onEach(
                    worker -> {
                        Set<Backend> down = next.begin();
                        worker.close(c -> down.contains(c.backend()), CloseReason.BACKEND_DOWN);
                    });
        }
    }
}
