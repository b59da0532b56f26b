package dev.eventloop.lb.upstream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
public final class Upstream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    /** A backend that comes back up gets one tenth of its share, then two, and so on. */
    static final int SLOW_START_STEPS = 10;

    /**
     * If computing a schedule would take more additions than this, slow start uses coarser steps.
     */
    private static final long MAX_SCHEDULE_WORK = 20_000_000;

    private final LongSupplier clock;
    private final List<Backend> backends = new ArrayList<>();

    /**
     * How many picks each backend is behind its share, including backends that have no share at the
     * moment.
     */
    private final Map<Backend, Double> owed = new HashMap<>();

    private volatile Picker.Kind kind;
    private volatile HealthOptions health;
    private volatile Table table = Table.EMPTY;
    private volatile Watcher watcher = new Watcher() {};
    private volatile boolean inSlowStart;

    /**
     * Listens for changes. Callers may hold the lock of the upstream, so a watcher must not block.
     */
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
    public Upstream(Picker.Kind kind, HealthOptions health, LongSupplier clock) {
        this.kind = kind;
        this.health = health;
        this.clock = clock;
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

    /** Records a health check that passed. */
    void checkPassed(Backend backend) {
        succeeded(backend);
    }

    /** Records a health check that failed. */
    void checkFailed(Backend backend, String why) {
        backend.countCheckFailure();
        failed(backend, why);
    }

    private void succeeded(Backend backend) {
        boolean failing = backend.health().failures() > 0;
        if (backend.health().succeeded(health.rise(), clock.getAsLong())) {
            refresh();
            watcher.backendsChanged(); // starts its slow start, also if a connect brought it up
            LOG.info("backend {} is up; {}", backend, upCount());
        } else if (failing && backend.isHealthy()) {
            LOG.info("backend {} accepts connections again", backend);
        }
    }

    private void failed(Backend backend, String why) {
        if (backend.health().failed(health.fall())) {
            refresh();
            LOG.warn(
                    "backend {} is down after {} failures in a row, the last one: {}; {}",
                    backend,
                    health.fall(),
                    why,
                    upCount());
            watcher.wentDown(backend);
        }
    }

    private String upCount() {
        List<Backend> all = backends();
        long up = all.stream().filter(Upstream::isUp).count();
        return up == 0
                ? "none of " + all.size() + " is up; trying them anyway"
                : up + " of " + all.size() + (up == 1 ? " is up" : " are up");
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

    public synchronized void change(
            Backend backend, int weight, boolean backup, int maxConnections) {
        backend.configure(weight, backup, maxConnections);
        refresh();
    }

    public synchronized void change(Backend backend, BackendState state) {
        boolean takenDown = backend.state() != BackendState.DOWN && state == BackendState.DOWN;
        backend.setState(state);
        refresh();
        LOG.info("backend {} is set to {}; {}", backend, state, upCount());
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
        return backends().stream().anyMatch(Upstream::isUp);
    }

    HealthOptions health() {
        return health;
    }

    boolean isInSlowStart() {
        return inSlowStart;
    }

    /** Builds a table of the current state. */
    synchronized void refresh() {
        List<Backend> up = backends.stream().filter(Upstream::isUp).toList();
        List<Backend> first = up.stream().filter(b -> !b.isBackup()).toList();
        List<Backend> second = up.stream().filter(Backend::isBackup).toList();
        for (BackendState state : BackendState.values()) {
            if (first.isEmpty() && second.isEmpty()) { // trying is better than refusing
                first = backends.stream().filter(b -> b.state() == state).toList();
            }
        }
        inSlowStart = false;
        owed.putAll(table.owed());
        owed.keySet().retainAll(backends);
        Map<Backend, Double> shares = new HashMap<>();
        List<Picker> tiers = new ArrayList<>();
        for (List<Backend> tier : List.of(first, second)) {
            if (!tier.isEmpty()) {
                int[] weights = weights(tier);
                if (tiers.isEmpty()) {
                    share(tier, weights, shares);
                }
                double[] ofTier =
                        tier.stream().mapToDouble(b -> owed.getOrDefault(b, 0.0)).toArray();
                tiers.add(kind.of(tier.toArray(Backend[]::new), weights, ofTier));
            }
        }
        table = new Table(backends, tiers, shares);
    }

    private static boolean isUp(Backend backend) {
        return backend.state() == BackendState.UP && backend.isHealthy();
    }

    /**
     * The weights, reduced for backends in slow start. The other weights are multiplied so that the
     * reduced ones are whole numbers.
     */
    private int[] weights(List<Backend> tier) {
        long now = clock.getAsLong();
        long duration = health.slowStart().toNanos();
        int[] steps = new int[tier.size()];
        long total = 0;
        boolean slow = false;
        for (int i = 0; i < steps.length; i++) {
            steps[i] = tier.get(i).health().slowStartStep(now, duration, SLOW_START_STEPS);
            slow |= steps[i] < SLOW_START_STEPS;
            total += (long) tier.get(i).weight() * SLOW_START_STEPS;
        }
        inSlowStart |= slow;
        boolean fine = slow && total * steps.length <= MAX_SCHEDULE_WORK;
        int[] weights = new int[steps.length];
        for (int i = 0; i < weights.length; i++) {
            int weight = tier.get(i).weight();
            weights[i] =
                    fine ? weight * steps[i] : Math.max(1, weight * steps[i] / SLOW_START_STEPS);
        }
        return weights;
    }

    private static void share(List<Backend> tier, int[] weights, Map<Backend, Double> shares) {
        double total = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            shares.put(tier.get(i), weights[i] / total);
        }
    }

    /** Removes all backends; counters stay readable. */
    @Override
    public synchronized void close() {
        backends.forEach(Backend::remove);
    }
}
