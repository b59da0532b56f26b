package dev.eventloop.lb;

import dev.eventloop.lb.Plan.PlannedPool;
import dev.eventloop.lb.pool.FormerBackends;
import dev.eventloop.lb.pool.GivenBackends;
import dev.eventloop.lb.pool.OwnAddresses;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.lb.runtime.FirstAnswers;
import dev.eventloop.lb.runtime.PoolService;
import dev.eventloop.lb.runtime.Workers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pools that run, by name. A pool that a reload removes and another one brings back goes on as
 * it was. One thread at a time changes them; any thread may read.
 */
final class RunningPools {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    /** Names of pools that are gone; each has a few KiB. */
    private static final int MOST_FORMER = 100;

    private final Workers workers;
    private final Environment environment;
    private final OwnAddresses own;
    private final FirstAnswers firstAnswers;
    private volatile Map<String, PoolService> running = Map.of();

    /** Pools that are gone, and still serve connections that are being dialled. */
    private final Set<PoolService> retired = ConcurrentHashMap.newKeySet();

    /** What the pools of each name had before, the oldest name first. */
    private final Map<String, FormerBackends> former = new LinkedHashMap<>();

    /**
     * @param own refuses backends that are the load balancer itself
     */
    RunningPools(Workers workers, Environment environment, OwnAddresses own) {
        this.workers = workers;
        this.environment = environment;
        this.own = own;
        this.firstAnswers = new FirstAnswers(environment.patience());
    }

    /**
     * Adds the new pools of a plan, without backends: nothing is sent to them yet, and if something
     * else of the plan is wrong, its backends belong to no pool.
     */
    void add(Plan plan) {
        Map<String, PoolService> all = new LinkedHashMap<>(running);
        for (PlannedPool planned : plan.pools()) {
            all.computeIfAbsent(planned.name(), name -> restoredOrNew(planned));
        }
        running = all;
    }

    private FormerBackends former(String name) {
        FormerBackends known = former.remove(name);
        FormerBackends kept = known == null ? new FormerBackends() : known;
        former.put(name, kept);
        Set<String> used = new HashSet<>(running.keySet());
        retired.forEach(service -> used.add(service.pool().name()));
        used.add(name);
        for (String oldest : List.copyOf(former.keySet())) {
            if (former.size() > MOST_FORMER && !used.contains(oldest)) {
                former.remove(oldest);
            }
        }
        return kept;
    }

    private PoolService restoredOrNew(PlannedPool planned) {
        for (PoolService service : retired) {
            if (service.pool().name().equals(planned.name()) && service.restore()) {
                retired.remove(service);
                return service;
            }
        }
        Pool pool =
                new Pool(
                        planned.name(),
                        planned.settings(),
                        environment.seed(),
                        environment.nanoClock(),
                        environment.builds(),
                        former(planned.name()));
        return new PoolService(pool, own, workers, environment);
    }

    /** Gives each pool its backends. Before the workers run; later, {@link #change} does. */
    void give(Map<String, GivenBackends> backends) {
        backends.forEach((name, given) -> running.get(name).groups().replaceGiven(given));
    }

    /** Waits for the first answers of the sources, for a second at most. */
    void startSources(Plan plan) {
        for (PlannedPool planned : plan.pools()) {
            firstAnswers.expect(running.get(planned.name()).start(planned.sources()));
        }
        serve(plan);
    }

    private void serve(Plan plan) {
        firstAnswers.await();
        plan.poolNames().forEach(name -> running.get(name).pool().serve());
    }

    /**
     * Changes the pools to what a plan says.
     *
     * @param before the names of those that are not new
     * @return a sentence for each backend for which the plan and an operator differ
     */
    List<String> change(Plan plan, Set<String> before, Map<String, GivenBackends> backends) {
        List<String> conflicts = new ArrayList<>();
        for (PlannedPool planned : plan.pools()) {
            PoolService service = running.get(planned.name());
            GivenBackends given = backends.get(planned.name());
            conflicts.addAll(service.change(planned.settings(), given));
            firstAnswers.expect(service.start(planned.sources()));
            if (!before.contains(planned.name())) {
                LOG.info("pool {} is added", planned.name());
            }
        }
        serve(plan);
        return conflicts;
    }

    /** What an operator has changed. */
    OperatorState operatorState() {
        return new OperatorState(
                running.values().stream()
                        .map(service -> service.groups().save())
                        .filter(saved -> !saved.isEmpty())
                        .toList());
    }

    /** Makes an operator's changes again. */
    void restore(OperatorState state) {
        for (OperatorState.PoolState saved : state.pools()) {
            PoolService service = running.get(saved.name());
            if (service == null) {
                LOG.warn(
                        "what an operator had changed of pool {} is not restored: there is no such"
                                + " pool",
                        saved.name());
            } else {
                service.groups().restore(saved).forEach(LOG::warn);
            }
        }
    }

    /** Waits for no answers any more. */
    void end() {
        firstAnswers.end();
    }

    boolean isEnding() {
        return firstAnswers.isOver();
    }

    /**
     * Only these pools are left.
     *
     * @param plan that is in effect: others were only tried
     */
    void keep(Set<String> names, Plan plan) {
        Map<String, PoolService> left = new LinkedHashMap<>();
        names.forEach(name -> left.put(name, running.get(name)));
        Map<String, PoolService> now = running;
        running = left;
        now.forEach(
                (name, service) -> {
                    if (!names.contains(name)) {
                        retired.add(service);
                        service.retire(() -> retired.remove(service));
                        if (plan.hasPool(name)) {
                            LOG.info("pool {} is removed", name);
                        }
                    }
                });
    }

    /** Once no worker runs any more. */
    void close() {
        running.values().forEach(PoolService::close);
        retired.forEach(PoolService::close);
    }

    // Queries

    List<Pool> all() {
        return running.values().stream().map(PoolService::pool).toList();
    }

    /** In the order of the plan. */
    Set<String> names() {
        return running.keySet();
    }

    /** Pools that are gone, and still serve connections that are being dialled. */
    Set<PoolService> retired() {
        return retired;
    }

    Map<String, Pool> byName() {
        Map<String, Pool> byName = new LinkedHashMap<>();
        running.forEach((name, service) -> byName.put(name, service.pool()));
        return byName;
    }

    PoolService named(String name) {
        PoolService service = running.get(name);
        if (service == null) {
            throw new NoSuchElementException(
                    "there is no pool "
                            + name
                            + "; there are "
                            + String.join(", ", running.keySet()));
        }
        return service;
    }

    /** The default pool, or the only one. */
    PoolService only() {
        Map<String, PoolService> all = running;
        PoolService service = all.get(LoadBalancerBuilder.DEFAULT);
        if (service == null && all.size() == 1) {
            service = all.values().iterator().next();
        }
        if (service == null) {
            throw new NoSuchElementException(
                    "there are several pools; name one of " + String.join(", ", all.keySet()));
        }
        return service;
    }
}
