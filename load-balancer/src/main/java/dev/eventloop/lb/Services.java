package dev.eventloop.lb;

import dev.eventloop.lb.Plan.PlannedPool;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.lb.runtime.FrontendService;
import dev.eventloop.lb.runtime.PoolService;
import dev.eventloop.lb.runtime.ProcessSettings;
import dev.eventloop.lb.runtime.Workers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frontends and pools that run, by name. A reload changes them; connections keep the frontend
 * and the pool that they have. Changes are serialized; any thread may read.
 */
final class Services {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    private final Workers workers;
    private final Environment environment;
    private final RunningFrontends frontends;
    private ProcessSettings process;
    private volatile Map<String, PoolService> pools = Map.of();

    /** Pools that are gone, and still serve connections that are being dialled. */
    private final Set<PoolService> retiredPools = ConcurrentHashMap.newKeySet();

    private Plan plan;

    Services(Workers workers, Environment environment) {
        this.workers = workers;
        this.environment = environment;
        this.frontends = new RunningFrontends(workers, environment);
    }

    /** Before the workers run. */
    void open(Plan plan) throws IOException {
        this.plan = plan;
        this.process = plan.process();
        Map<String, List<Backend>> backends = plan.resolve();
        Map<String, PoolService> opened = new LinkedHashMap<>();
        for (PlannedPool planned : plan.pools()) {
            opened.put(planned.name(), open(planned, backends.get(planned.name())));
        }
        pools = opened;
        frontends.open(plan, poolsByName());
    }

    private PoolService open(PlannedPool planned, List<Backend> backends) {
        Pool pool =
                new Pool(
                        planned.name(),
                        planned.settings(),
                        environment.seed(),
                        environment.nanoClock());
        PoolService service = new PoolService(pool, workers, environment);
        service.groups().replaceGiven(backends);
        return service;
    }

    private Map<String, Pool> poolsByName() {
        Map<String, Pool> byName = new LinkedHashMap<>();
        pools.forEach((name, service) -> byName.put(name, service.pool()));
        return byName;
    }

    /** Waits a few seconds at most for the first answer of each source. */
    void startSources() {
        for (PlannedPool planned : plan.pools()) {
            pools.get(planned.name()).start(planned.sources());
        }
    }

    // Reload

    /** As {@link LoadBalancer#reload}. */
    synchronized List<String> reload(Plan next) throws IOException {
        Map<String, List<Backend>> backends = next.resolve();
        Map<String, FrontendService> added;
        Map<String, PoolService> poolsBefore = pools;
        try {
            addPools(next, backends);
            added = frontends.add(next, poolsByName());
        } catch (IOException | RuntimeException | Error e) {
            retirePools(poolsBefore);
            throw e;
        }
        List<String> left = FixedSettings.differences(plan, next);
        changePools(next, poolsBefore, backends);
        frontends.change(next, poolsByName(), added);
        retirePools(planned(next));
        plan = FixedSettings.keep(plan, next);
        return left;
    }

    /** New pools, without their sources: nothing is sent to them yet. */
    private void addPools(Plan next, Map<String, List<Backend>> backends) {
        Map<String, PoolService> all = new LinkedHashMap<>(pools);
        for (PlannedPool planned : next.pools()) {
            if (!all.containsKey(planned.name())) {
                all.put(planned.name(), open(planned, backends.get(planned.name())));
            }
        }
        pools = all;
    }

    private void changePools(
            Plan next, Map<String, PoolService> before, Map<String, List<Backend>> backends) {
        for (PlannedPool planned : next.pools()) {
            PoolService service = pools.get(planned.name());
            if (before.containsKey(planned.name())) {
                service.change(planned.settings(), backends.get(planned.name()), planned.sources());
            } else {
                service.start(planned.sources());
                LOG.info("pool {} is added", planned.name());
            }
        }
    }

    private Map<String, PoolService> planned(Plan next) {
        Map<String, PoolService> wanted = new LinkedHashMap<>();
        next.pools().forEach(planned -> wanted.put(planned.name(), pools.get(planned.name())));
        return wanted;
    }

    /** Only these pools are left. */
    private void retirePools(Map<String, PoolService> wanted) {
        Map<String, PoolService> now = pools;
        pools = wanted;
        now.forEach(
                (name, service) -> {
                    if (!wanted.containsKey(name)) {
                        retiredPools.add(service);
                        service.retire(() -> retiredPools.remove(service));
                        if (plan.hasPool(name)) { // it was not only tried
                            LOG.info("pool {} is removed", name);
                        }
                    }
                });
    }

    /** Once no worker runs any more. */
    synchronized void close() {
        frontends.close();
        pools.values().forEach(PoolService::close);
        retiredPools.forEach(PoolService::close);
    }

    // Queries

    ProcessSettings process() {
        return process;
    }

    InetSocketAddress firstAddress() {
        return frontends().get(0).addresses().get(0);
    }

    List<PoolService> pools() {
        return List.copyOf(pools.values());
    }

    /** Pools that are gone, and still serve connections that are being dialled. */
    Set<PoolService> retiredPools() {
        return retiredPools;
    }

    List<Frontend> frontends() {
        return frontends.all();
    }

    PoolService pool(String name) {
        PoolService service = pools.get(name);
        if (service == null) {
            throw new NoSuchElementException(
                    "there is no pool "
                            + name
                            + "; there are "
                            + String.join(", ", pools.keySet()));
        }
        return service;
    }

    /** The default pool, or the only one. */
    PoolService onlyPool() {
        Map<String, PoolService> all = pools;
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

    LoadBalancerStats stats() {
        List<Pool> each = pools.values().stream().map(PoolService::pool).toList();
        return StatsOf.all(frontends(), frontends.totals(), each);
    }
}
