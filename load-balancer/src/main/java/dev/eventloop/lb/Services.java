package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.Plan.PlannedFrontend;
import dev.eventloop.lb.Plan.PlannedPool;
import dev.eventloop.lb.frontend.ClientSlots;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.frontend.FrontendSettings;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.lb.runtime.FrontendService;
import dev.eventloop.lb.runtime.PoolService;
import dev.eventloop.lb.runtime.ProcessSettings;
import dev.eventloop.lb.runtime.Worker;
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
    private ProcessSettings process;
    private ClientSlots sharedSlots;
    private volatile Map<String, FrontendService> frontends = Map.of();
    private volatile Map<String, PoolService> pools = Map.of();

    private final RetiredFrontends retired = new RetiredFrontends();

    /** Pools that are gone, and still serve connections that are being dialled. */
    private final Set<PoolService> retiredPools = ConcurrentHashMap.newKeySet();

    private Plan plan;

    Services(Workers workers, Environment environment) {
        this.workers = workers;
        this.environment = environment;
    }

    /** Before the workers run. */
    void open(Plan plan) throws IOException {
        this.plan = plan;
        this.process = plan.process();
        this.sharedSlots = new ClientSlots(process.maxClients(), this::slotIsFree);
        Map<String, List<Backend>> backends = plan.resolve();
        Map<String, PoolService> opened = new LinkedHashMap<>();
        for (PlannedPool planned : plan.pools()) {
            opened.put(planned.name(), open(planned, backends.get(planned.name())));
        }
        pools = opened;
        try {
            Map<String, FrontendService> listening = new LinkedHashMap<>();
            for (PlannedFrontend planned : plan.frontends()) {
                FrontendService service = open(planned, List.of());
                listening.put(planned.name(), service);
                frontends = listening;
                for (int i = 0; i < workers.size(); i++) {
                    service.acceptOn(workers.all().get(i), i);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            frontends.values().forEach(FrontendService::abandon);
            throw e;
        }
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

    private FrontendService open(PlannedFrontend planned, List<FrontendService> removed)
            throws ErrnoException {
        FrontendSettings settings = planned.settings();
        ClientSlots slots =
                settings.maxClients() == 0
                        ? sharedSlots
                        : new ClientSlots(settings.maxClients(), this::slotIsFree);
        Frontend frontend =
                new Frontend(planned.name(), settings, planned.table(poolsByName()), slots);
        return FrontendService.open(frontend, environment.sockets(), workers.size(), removed);
    }

    private Map<String, Pool> poolsByName() {
        Map<String, Pool> byName = new LinkedHashMap<>();
        pools.forEach((name, service) -> byName.put(name, service.pool()));
        return byName;
    }

    private void slotIsFree() {
        workers.onEach(Worker::slotIsFree);
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
        Map<String, FrontendService> opened = new LinkedHashMap<>();
        Map<String, PoolService> poolsBefore = pools;
        try {
            addPools(next, backends);
            for (PlannedFrontend planned : next.frontends()) {
                if (!frontends.containsKey(planned.name())) {
                    opened.put(planned.name(), open(planned, removedBy(next)));
                }
            }
        } catch (ErrnoException | RuntimeException | Error e) {
            opened.values().forEach(FrontendService::abandon);
            retirePools(poolsBefore);
            throw e;
        }
        List<String> left = FixedSettings.differences(plan, next);
        changePools(next, poolsBefore, backends);
        changeFrontends(next, opened);
        retirePools(planned(next));
        plan = FixedSettings.keep(plan, next);
        return left;
    }

    private List<FrontendService> removedBy(Plan next) {
        return frontends.values().stream()
                .filter(s -> next.frontend(s.frontend().name()) == null)
                .toList();
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

    private void changeFrontends(Plan next, Map<String, FrontendService> opened) {
        Map<String, FrontendService> all = new LinkedHashMap<>();
        for (PlannedFrontend planned : next.frontends()) {
            FrontendService service = frontends.get(planned.name());
            if (service != null) {
                service.frontend().change(planned.settings(), planned.table(poolsByName()));
            } else {
                service = opened.get(planned.name());
                service.acceptOnAll(workers);
                LOG.info(
                        "frontend {} is added; it listens on {}",
                        planned.name(),
                        service.frontend().addresses().stream().map(Names::of).toList());
            }
            all.put(planned.name(), service);
        }
        Map<String, FrontendService> before = frontends;
        frontends = all;
        before.forEach(
                (name, service) -> {
                    if (!all.containsKey(name)) {
                        retire(service.frontend());
                    }
                });
    }

    private void retire(Frontend frontend) {
        retired.add(frontend);
        workers.onEach(worker -> worker.stopAccepting(frontend));
        LOG.info(
                "frontend {} is removed; its {} connections continue",
                frontend.name(),
                frontend.counters().active());
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
        pools.values().forEach(PoolService::close);
        retiredPools.forEach(PoolService::close);
    }

    // Queries

    ProcessSettings process() {
        return process;
    }

    InetSocketAddress firstAddress() {
        return frontends.values().iterator().next().frontend().addresses().get(0);
    }

    List<PoolService> pools() {
        return List.copyOf(pools.values());
    }

    /** Pools that are gone, and still serve connections that are being dialled. */
    Set<PoolService> retiredPools() {
        return retiredPools;
    }

    List<Frontend> frontends() {
        return frontends.values().stream().map(FrontendService::frontend).toList();
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
        return StatsOf.all(frontends(), retired, each);
    }
}
