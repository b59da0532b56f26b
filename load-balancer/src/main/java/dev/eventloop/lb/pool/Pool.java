package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.Names;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends, and the choice of one for each new connection. A pick reads one reference to an
 * immutable {@link Table}. After a change (by an operator, a health check, a failed connect)
 * another thread builds a new table; until it is there, picks leave out what must not be picked any
 * more.
 *
 * <p>Connections go to the primaries that are up; if none is up, to the backups that are up; if
 * none of those is up either, to all backends whose state is {@link BackendState#UP}, then {@link
 * BackendState#DRAIN}, then {@link BackendState#DOWN}, because trying is better than refusing.
 */
public final class Pool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

    private final String name;
    private final LongSupplier clock;
    private final Roster roster;
    private final Tables tables;
    private final Outages outages;

    private volatile PoolSettings settings;
    private volatile Picker.Kind kind;
    private volatile HealthOptions health;
    private volatile PoolWatcher watcher = new PoolWatcher() {};

    /** Whether backends that are added start slowly: they come to others that are in use. */
    private volatile boolean serving;

    /**
     * Starts without backends, and builds its tables on the calling threads.
     *
     * @param clock nanoseconds, of any origin
     */
    public Pool(Picker.Kind kind, HealthOptions health, LongSupplier clock) {
        this(Names.DEFAULT, clock, Builds.INLINE, new FormerBackends());
        this.kind = kind;
        this.health = health;
    }

    /**
     * Starts without backends.
     *
     * @param seed for random choices
     * @param clock nanoseconds, of any origin
     * @param builds where its tables are built
     * @param former what pools of this name had before
     */
    public Pool(
            String name,
            PoolSettings settings,
            long seed,
            LongSupplier clock,
            Builds builds,
            FormerBackends former) {
        this(name, clock, builds, former);
        this.settings = settings;
        this.kind = Pickers.of(settings.algorithm(), seed);
        this.health = settings.health();
    }

    private Pool(String name, LongSupplier clock, Builds builds, FormerBackends former) {
        this.name = name;
        this.clock = clock;
        this.roster = new Roster(former);
        this.tables = new Tables(this, roster, builds, clock);
        this.outages = new Outages(this, roster, tables);
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
            asked = tables.current();
            backend = asked.pick(tried, sourceHigh, sourceLow);
            if (backend == null) { // all that it has may have gone down, or been removed, since
                backend = asked.pickAny(tried, sourceHigh, sourceLow);
            }
        } while (backend == null && asked != tables.current()); // a new one may have replaced it
        if (asked.isNearEnd()) {
            tables.continueSoon();
        }
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
        outages.failed(backend, why);
    }

    /** Records a health check that failed. */
    void checkFailed(Backend backend, String why) {
        backend.countCheckFailure();
        outages.failed(backend, why);
    }

    /** Records a connect, or a health check, that succeeded. */
    void succeeded(Backend backend) {
        outages.succeeded(backend, clock.getAsLong());
    }

    /** Lets the shares of backends in slow start grow with the time that has passed. */
    void stepSlowStart() {
        tables.replaceSoon();
    }

    // Configuration: any thread but those of event loops, as the next table is waited for

    /** Sets the listener, and calls it once. */
    public void watch(PoolWatcher watcher) {
        this.watcher = watcher;
        watcher.settingsChanged();
    }

    /** From now on, backends that are added to others that are up start slowly. */
    public void serve() {
        serving = true;
    }

    /** Changes the algorithm and the health checks. */
    public void change(Picker.Kind kind, HealthOptions health) {
        this.kind = kind;
        this.health = health;
        tables.replaceNow();
        watcher.settingsChanged();
    }

    /**
     * Changes all settings.
     *
     * @param seed for random choices
     */
    public void change(PoolSettings settings, long seed) {
        this.settings = settings;
        change(Pickers.of(settings.algorithm(), seed), settings.health());
    }

    /** Adds a backend, or the former one of its name and address; returns that one. */
    public Backend add(Backend next) {
        boolean slowly = serving && roster.upCount() > 0;
        Backend backend = roster.add(next);
        begin(List.of(backend), slowly);
        watcher.changed(List.of(backend));
        return backend;
    }

    private void begin(List<Backend> added, boolean slowly) {
        if (slowly) {
            added.forEach(backend -> backend.health().startSlowly(clock.getAsLong()));
        }
        tables.replaceNow();
    }

    /** Removes the backends that match. They get no new connections; open ones continue. */
    public void remove(Predicate<Backend> gone) {
        List<Backend> removed = roster.remove(gone, false);
        if (!removed.isEmpty()) {
            tables.replaceNow();
            watcher.changed(removed);
        }
    }

    /**
     * Replaces the backends of a group: adds new ones, removes those not in {@code wanted}, and
     * keeps a backend of the same name and address with its connections, health and counters, only
     * taking over its new weight, role and limit.
     */
    public void replace(String group, List<Backend> wanted) {
        boolean lostByItsSource = !group.equals(BackendGroups.GIVEN);
        boolean slowly = serving && roster.upCount() > 0;
        Roster.Changes changes = roster.replace(group, wanted, lostByItsSource);
        begin(changes.added(), slowly);
        watcher.changed(changes.added());
        watcher.changed(changes.removed());
    }

    /** Forgets what is known of backends without connections, as if they were removed and added. */
    public void forgetIdle() {
        roster.forgetIdle();
        tables.replaceNow();
    }

    /** Changes the weight of a backend, as the operator wants it. */
    public void changeWeight(Backend backend, int weight) {
        backend.setWeight(weight);
        tables.replaceNow();
    }

    /** Sets the administrative state of a backend. */
    public void change(Backend backend, BackendState state) {
        BackendState before = backend.state();
        if (before == BackendState.DOWN && state == BackendState.UP) { // as one that has failed
            backend.health().startSlowly(clock.getAsLong());
        }
        backend.setState(state);
        outages.recount(backend);
        tables.replaceNow();
        LOG.info("backend {} is set to {}; {}", label(backend.name()), state, roster.upSentence());
        if (before != BackendState.DOWN && state == BackendState.DOWN) {
            watcher.wentDown(backend);
        }
        watcher.changed(List.of(backend));
    }

    // State, any thread

    /** All backends. */
    public List<Backend> backends() {
        return roster.all();
    }

    /** Null if there is none of that name. */
    public Backend find(String name) {
        return roster.find(name);
    }

    /** A backend at that address; null if there is none. */
    Backend at(SocketAddress address) {
        return roster.at(address);
    }

    boolean has(Backend backend) {
        return roster.has(backend);
    }

    /** The share of new connections that the backend gets by weight, from 0 to 1. */
    public double shareOf(Backend backend) {
        return backend.account().share();
    }

    /** Whether any backend or backup is up, and a pick can have it. */
    public boolean isAnyUp() {
        return tables.current().isAnyUp();
    }

    Picker.Kind kind() {
        return kind;
    }

    HealthOptions health() {
        return health;
    }

    PoolWatcher watcher() {
        return watcher;
    }

    boolean isInSlowStart() {
        return tables.isInSlowStart();
    }

    /** A backend's name in the log: with its pool, unless that is the only one. */
    String label(String backend) {
        return name.equals(Names.DEFAULT) ? backend : backend + " of pool " + name;
    }

    /** Removes all backends; counters stay readable. */
    @Override
    public void close() {
        roster.end();
    }
}
