package dev.eventloop.lb.runtime;

import dev.eventloop.lb.BackendSource;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.BackendGroups;
import dev.eventloop.lb.pool.HealthChecks;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.pool.PoolSettings;
import dev.eventloop.lb.preface.ProxyHeader;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.net.NativeBuffer;
import java.time.Duration;
import java.util.List;

/**
 * A running pool: its backends by origin, its health checks on one of the workers, and what happens
 * to connections when a backend goes down.
 */
public final class PoolService implements AutoCloseable {
    /** For what comes before and between connects: prefaces, a full backlog, no descriptors. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final Pool pool;
    private final BackendGroups groups;
    private final Workers workers;
    private final Environment environment;

    /** On the first worker's loop only; null until that has run. */
    private HealthChecks checks;

    /**
     * Before the workers run, or while they do.
     *
     * @param pool closed with this
     */
    public PoolService(Pool pool, Workers workers, Environment environment) {
        this.pool = pool;
        this.groups = new BackendGroups(pool);
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
                        environment.seed() + pool.name().hashCode());
        worker.checkHealth(checks);
    }

    /** Starts its sources; waits for the first answer of each, for a few seconds at most. */
    public void start(List<BackendSource> sources) {
        groups.replaceSources(sources);
    }

    /** Applies the settings, backends and sources of a configuration. */
    public void change(PoolSettings settings, List<Backend> backends, List<BackendSource> sources) {
        pool.change(settings, environment.seed());
        groups.replaceGiven(backends);
        groups.replaceSources(sources);
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
     * @param onClosed called on a loop once it is closed; not if the loop ends before
     */
    public void retire(Runnable onClosed) {
        groups.close();
        PoolSettings settings = pool.settings();
        Duration dialling = settings.connectTimeout().multipliedBy(1L + settings.retries());
        Worker first = workers.first();
        first.execute(
                () -> {
                    first.forgetHealth(checks);
                    first.loop().newTimer(() -> close(onClosed)).start(dialling.plus(SLACK));
                });
    }

    private void close(Runnable onClosed) {
        pool.close();
        onClosed.run();
    }

    /** Once no worker runs any more. Idempotent. */
    @Override
    public void close() {
        groups.close();
        pool.close();
    }

    private final class Watcher implements Pool.Watcher {
        @Override
        public void backendsChanged() {
            workers.first().execute(() -> checks.update());
        }

        @Override
        public void wentDown(Backend backend) {
            if (pool.settings().closeWhenBackendFails()) {
                workers.onEach(
                        worker ->
                                worker.close(
                                        c -> c.backend() == backend, CloseReason.BACKEND_DOWN));
            }
            backendsChanged();
        }
    }
}
