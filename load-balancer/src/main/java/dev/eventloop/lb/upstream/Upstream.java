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
 * The backends, and who of them gets the next connection. To pick is to read one reference to an
 * immutable {@link Table}; whatever changes who is picked, an operator, a check, a connect that
 * fails, makes another table, one change at a time.
 *
 * <p>Connections go to the backends that are up; only where there are none to the backups; where
 * none of those is up either to all that the operator has not taken out, and where there is none to
 * those as well: to try is better than to refuse.
 */
public final class Upstream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);

    /** A backend that comes back gets a tenth of its share, then two, and so on. */
    static final int SLOW_START_STEPS = 10;

    /** Where a schedule would be longer than this the steps are coarser. */
    private static final long MOST_WORK = 20_000_000;

    private final LongSupplier clock;
    private final List<Backend> backends = new ArrayList<>();

    /** How many picks each is behind its share; also of those who have none now, but had. */
    private final Map<Backend, Double> owed = new HashMap<>();

    private volatile Picker.Kind kind;
    private volatile HealthOptions health;
    private volatile Table table = Table.EMPTY;
    private volatile Watcher watcher = new Watcher() {};
    private volatile boolean slowlyStarting;

    /** Hears what changes; called while nothing else can change, so it must not wait. */
    public interface Watcher {
        /** Backends came, went, or shall be watched otherwise. */
        default void backendsChanged() {}

        /** A backend went down. */
        default void wentDown(Backend backend) {}
    }

    /**
     * No backends yet.
     *
     * @param clock nanoseconds of any origin
     */
    public Upstream(Picker.Kind kind, HealthOptions health, LongSupplier clock) {
        this.kind = kind;
        this.health = health;
        this.clock = clock;
    }

    // Any thread, the hot path

    /** The backend whose turn it is, acquired: {@link Backend#release} it. Null for none. */
    public Backend pick(Attempts tried, long sourceHigh, long sourceLow) {
        Table asked;
        Backend backend;
        do {
            asked = table;
            backend = asked.pick(tried, sourceHigh, sourceLow);
        } while (backend == null && asked != table); // all of them may have been replaced meanwhile
        return backend;
    }

    /** A client's connection to it was established. */
    public void connected(Backend backend) {
        backend.countConnection();
        if (backend.health().failures() > 0 || !backend.isHealthy()) {
            succeeded(backend);
        }
    }

    // Any thread, when something happens

    /** A client's connection to it could not be established. */
    public void connectFailed(Backend backend, String why) {
        backend.countConnectFailure();
        if (backend.health().failures() == 0) {
            LOG.warn(
                    "backend {} cannot be connected to: {}; others are tried instead",
                    backend,
                    why);
        }
        failed(backend, why);
    }

    /** A health check found it fit. */
    void checkPassed(Backend backend) {
        succeeded(backend);
    }

    /** A health check found it unfit. */
    void checkFailed(Backend backend, String why) {
        backend.countCheckFailure();
        failed(backend, why);
    }

    private void succeeded(Backend backend) {
        boolean failing = backend.health().failures() > 0;
        if (backend.health().succeeded(health.rise(), clock.getAsLong())) {
            refresh();
            watcher.backendsChanged(); // its share shall grow, whoever found it fit
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
                ? "none of " + all.size() + " is up, and connects are tried all the same"
                : up + " of " + all.size() + (up == 1 ? " is up" : " are up");
    }

    // What is wanted

    /** Hears of changes from now on. */
    public void watch(Watcher watcher) {
        this.watcher = watcher;
        watcher.backendsChanged();
    }

    /** Others are picked in another way, or watched in another way. */
    public synchronized void change(Picker.Kind kind, HealthOptions health) {
        this.kind = kind;
        this.health = health;
        refresh();
        watcher.backendsChanged();
    }

    /** One more. */
    public synchronized void add(Backend backend) {
        backends.add(backend);
        refresh();
        watcher.backendsChanged();
    }

    /** Those that match get no new connections, and are forgotten. */
    public synchronized void remove(Predicate<Backend> gone) {
        List<Backend> removed = backends.stream().filter(gone).toList();
        backends.removeAll(removed);
        refresh(); // before their addresses go
        removed.forEach(Backend::remove);
        watcher.backendsChanged();
    }

    /**
     * Those of a group are these from now on: who is new comes, who is not among them goes, and who
     * was there before, of the same name at the same address, stays as it is but for what is wanted
     * of it.
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
                now.want(next.weight(), next.isBackup(), next.maxConnections());
                kept.add(now);
            } else {
                LOG.warn("backend {} of {} is there already, and left out", next, group);
            }
            next.remove();
        }
        List<Backend> gone =
                backends.stream()
                        .filter(b -> b.group().equals(group) && !kept.contains(b))
                        .toList();
        backends.removeAll(gone);
        kept.stream().filter(b -> !backends.contains(b)).forEach(backends::add);
        refresh(); // before the addresses of those who are gone go
        gone.forEach(Backend::remove);
        watcher.backendsChanged();
    }

    public synchronized void change(
            Backend backend, int weight, boolean backup, int maxConnections) {
        backend.want(weight, backup, maxConnections);
        refresh();
    }

    public synchronized void change(Backend backend, BackendState state) {
        boolean taken = backend.state() != BackendState.DOWN && state == BackendState.DOWN;
        backend.want(state);
        refresh();
        LOG.info("backend {} is set to {}; {}", backend, state, upCount());
        if (taken) {
            watcher.wentDown(backend);
        }
        watcher.backendsChanged();
    }

    // What is there

    /** All of them, as they are now. */
    public List<Backend> backends() {
        return table.backends();
    }

    /** Null if there is none of that name. */
    public Backend find(String name) {
        return backends().stream().filter(b -> b.name().equals(name)).findFirst().orElse(null);
    }

    /** Of the new connections, from 0 to 1, if all were alike. */
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

    boolean isSlowlyStarting() {
        return slowlyStarting;
    }

    /** Makes a table of how things are now. */
    synchronized void refresh() {
        List<Backend> up = backends.stream().filter(Upstream::isUp).toList();
        List<Backend> first = up.stream().filter(b -> !b.isBackup()).toList();
        List<Backend> second = up.stream().filter(Backend::isBackup).toList();
        for (BackendState state : BackendState.values()) {
            if (first.isEmpty() && second.isEmpty()) { // to try is better than to refuse
                first = backends.stream().filter(b -> b.state() == state).toList();
            }
        }
        slowlyStarting = false;
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

    /** Of who starts slowly only a part, for which the others' are made finer. */
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
        slowlyStarting |= slow;
        boolean fine = slow && total * steps.length <= MOST_WORK;
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

    /** Nobody can be picked any more; what was counted stays. */
    @Override
    public synchronized void close() {
        backends.forEach(Backend::remove);
    }
}
