package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends, and the choice of one for each new connection. A pick reads one reference to an
 * immutable {@link Table}. Every change (by an operator, a health check, a failed connect) builds a
 * new table; changes are serialized.
 *
 * <p>Connections go to the primaries that are up; if none is up, to the backups that are up; if
 * none of those is up either, to all backends whose state is {@link BackendState#UP}, then {@link
 * BackendState#DRAIN}, then {@link BackendState#DOWN}, because trying is better than refusing.
 */
public final class Pool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

    private final LongSupplier clock;
    private final List<Backend> backends = new ArrayList<>();
    private final TableBuilder tables;
    private final String name;

    private volatile PoolSettings settings;
    private volatile Picker.Kind kind;
    private volatile HealthOptions health;
    private volatile Table table = Table.EMPTY;
    private volatile Watcher watcher = new Watcher() {};
    private volatile boolean inSlowStart;

    /** Listens for changes. Callers may hold the lock of the pool, so a watcher must not block. */
    public interface Watcher {
        /** Backends were added or removed, or their health checks must change. */
        default void backendsChanged() {}

        /** A backend went down. */
        default void wentDown(Backend backend) {}
    }

    /**
     * Starts without backends.
     *
     * @param clock nanoseconds, of any origin
     */
    public Pool(Picker.Kind kind, HealthOptions health, LongSupplier clock) {
        this(Names.DEFAULT, null, kind, health, clock);
    }

    /**
     * Starts without backends.
     *
     * @param seed for random choices
     * @param clock nanoseconds, of any origin
     */
    public Pool(String name, PoolSettings settings, long seed, LongSupplier clock) {
        this(name, settings, Pickers.of(settings.algorithm(), seed), settings.health(), clock);
    }

    private Pool(
            String name,
            PoolSettings settings,
            Picker.Kind kind,
            HealthOptions health,
            LongSupplier clock) {
        this.name = name;
        this.settings = settings;
        this.kind = kind;
        this.health = health;
        this.clock = clock;
        this.tables = new TableBuilder(clock);
    }

    public String name() {
        return name;
    }

    /** The current ones. */
    public PoolSettings settings() {
        return settings;
    }

    // Any thread, the hot path

    /**
     * Picks and acquires a backend; the caller must {@link Backend#release} it. Null if no backend
     * can be used.
     */
    public Backend pick(Attempts tried, long sourceHigh, long sourceLow) {
        Table asked;
        Backend backend;
        do {
            asked = table;
            backend = asked.pick(tried, sourceHigh, sourceLow);
        } while (backend == null && asked != table); // a new table may have replaced this one
        return backend;
    }

    /** Records that a client's connection to the backend was established. */
    public void connected(Backend backend) {
        backend.countConnection();
        if (backend.health().failures() > 0 || !backend.isHealthy()) {
            succeeded(backend);
        }
    }

    // Any thread, when something happens

    /** Records that a client's connection to the backend failed; {@code why} is for the log. */
    public void connectFailed(Backend backend, String why) {
        backend.countConnectFailure();
        if (backend.health().failures() == 0) {
            LOG.warn("cannot connect to backend {}: {}; trying another", backend, why);
        }
        failed(backend, why);
    }

    /** Records a health check that failed. */
    void checkFailed(Backend backend, String why) {
        backend.countCheckFailure();
        failed(backend, why);
    }

    /** Records a connect, or a health check, that succeeded. */
    void succeeded(Backend backend) {
        boolean failing = backend.health().failures() > 0;
        if (backend.health().succeeded(health.rise(), clock.getAsLong())) {
            refresh();
            watcher.backendsChanged(); // starts its slow start, also if a connect brought it up
            LOG.info("backend {} is up; {}", label(backend), table.upCount());
        } else if (failing && backend.isHealthy()) {
            LOG.info("backend {} accepts connections again", label(backend));
        }
    }

    private void failed(Backend backend, String why) {
        if (backend.health().failed(health.fall())) {
            refresh();
            LOG.warn(
                    "backend {} is down after {} failures in a row, the last one: {}; {}",
                    label(backend),
                    health.fall(),
                    why,
                    table.upCount());
            watcher.wentDown(backend);
        }
    }

    // Configuration, any thread

    /** Sets the listener, and calls it once. */
    public void watch(Watcher watcher) {
        this.watcher = watcher;
        watcher.backendsChanged();
    }

    /** Changes the algorithm and the health checks. */
    public synchronized void change(Picker.Kind kind, HealthOptions health) {
        this.kind = kind;
        this.health = health;
        refresh();
        watcher.backendsChanged();
    }

    /**
     * Changes all settings.
     *
     * @param seed for random choices
     */
    public synchronized void change(PoolSettings settings, long seed) {
        this.settings = settings;
        change(Pickers.of(settings.algorithm(), seed), settings.health());
    }

    /** Adds a backend. */
    public synchronized void add(Backend backend) {
        backends.add(backend);
        refresh();
        watcher.backendsChanged();
    }

    /** Removes the backends that match. They get no new connections; open ones continue. */
    public synchronized void remove(Predicate<Backend> gone) {
        List<Backend> removed = backends.stream().filter(gone).toList();
        backends.removeAll(removed);
        refresh(); // before their addresses are freed
        removed.forEach(Backend::remove);
        watcher.backendsChanged();
    }

    /**
     * Replaces the backends of a group: adds new ones, removes those not in {@code wanted}, and
     * keeps a backend of the same name and address with its connections, health and counters, only
     * taking over its new weight, role and limit.
     */
    public synchronized void replace(String group, List<Backend> wanted) {
        List<Backend> kept = new ArrayList<>();
        for (Backend next : wanted) {
            Backend now = find(next.name());
            if (now == null || (now.group().equals(group) && !now.isAt(next))) {
                kept.add(next);
                continue;
            }
            if (now.group().equals(group)) {
                now.configure(next.weight(), next.isBackup(), next.maxConnections());
                kept.add(now);
            } else {
                LOG.warn(
                        "ignoring backend {} of {}: another group has a backend of this name",
                        next,
                        group);
            }
            next.remove();
        }
        List<Backend> gone =
                backends.stream()
                        .filter(b -> b.group().equals(group) && !kept.contains(b))
                        .toList();
        backends.removeAll(gone);
        kept.stream().filter(b -> !backends.contains(b)).forEach(backends::add);
        refresh(); // before their addresses are freed
        gone.forEach(Backend::remove);
        watcher.backendsChanged();
    }

    /** Changes the weight, the role and the connection limit (0 for none) of a backend. */
    public synchronized void change(
            Backend backend, int weight, boolean backup, int maxConnections) {
        backend.configure(weight, backup, maxConnections);
        refresh();
    }

    /** Sets the administrative state of a backend. */
    public synchronized void change(Backend backend, BackendState state) {
        boolean takenDown = backend.state() != BackendState.DOWN && state == BackendState.DOWN;
        backend.setState(state);
        refresh();
        LOG.info("backend {} is set to {}; {}", label(backend), state, table.upCount());
        if (takenDown) {
            watcher.wentDown(backend);
        }
        watcher.backendsChanged();
    }

    // State, any thread

    /** All backends of the current table. */
    public List<Backend> backends() {
        return table.backends();
    }

    /** The backend of that name; null if there is none. */
    public Backend find(String name) {
        return backends().stream().filter(b -> b.name().equals(name)).findFirst().orElse(null);
    }

    /** The share of new connections that the backend gets by weight, from 0 to 1. */
    public double shareOf(Backend backend) {
        return table.shareOf(backend);
    }

    /** Whether any backend or backup is up. */
    public boolean isAnyUp() {
        return table.up() > 0;
    }

    HealthOptions health() {
        return health;
    }

    boolean isInSlowStart() {
        return inSlowStart;
    }

    /** Builds a table of the current state. */
    synchronized void refresh() {
        table = tables.build(backends, table, kind, health.slowStart());
        inSlowStart = tables.isInSlowStart();
    }

    /** A backend's name in the log: with its pool, unless that is the only one. */
    String label(Backend backend) {
        return name.equals(Names.DEFAULT) ? backend.name() : backend.name() + " of pool " + name;
    }

    /** Removes all backends; counters stay readable. */
    @Override
    public synchronized void close() {
        backends.forEach(Backend::remove);
    }
}
