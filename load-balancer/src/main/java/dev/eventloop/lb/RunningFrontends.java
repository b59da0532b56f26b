package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.Plan.PlannedFrontend;
import dev.eventloop.lb.frontend.ClientSlots;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.frontend.FrontendSettings;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.lb.runtime.FrontendService;
import dev.eventloop.lb.runtime.Worker;
import dev.eventloop.lb.runtime.Workers;
import dev.eventloop.libc.Errno;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frontends that run, by name, and those that a reload has removed and whose sockets are still
 * open. The caller serializes changes; any thread may read.
 */
final class RunningFrontends {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    private final Workers workers;
    private final Environment environment;
    private final InheritedSockets inherited;
    private final FrontendUsage usage = new FrontendUsage();
    private final List<FrontendService> removed = new ArrayList<>();
    private ClientSlots sharedSlots;
    private volatile Map<String, FrontendService> running = Map.of();

    /** Those that listen: with those that a reload adds, without those that it removes. */
    private volatile List<Frontend> listening = List.of();

    RunningFrontends(Workers workers, Environment environment, InheritedSockets inherited) {
        this.inherited = inherited;
        this.workers = workers;
        this.environment = environment;
    }

    /**
     * Opens all of them, before the workers run. No client can connect before all addresses are
     * bound.
     */
    void open(Plan plan, Map<String, Pool> pools) throws IOException {
        sharedSlots = new ClientSlots(plan.process().maxClients(), this::slotIsFree);
        Map<String, FrontendService> opened = add(plan, pools);
        running = opened;
        for (FrontendService service : opened.values()) {
            for (Worker worker : workers.all()) {
                service.acceptOn(worker);
            }
        }
    }

    private void slotIsFree() {
        workers.onEach(Worker::slotIsFree);
    }

    /**
     * Binds the addresses of the frontends that do not run yet, and then listens on all of them:
     * clients that connect meanwhile are refused, and none is let in and reset if one of the
     * addresses cannot be had. They accept after {@link #change}.
     *
     * @throws IOException if one of them cannot listen; then nothing has changed
     */
    Map<String, FrontendService> add(Plan next, Map<String, Pool> pools) throws IOException {
        removed.removeIf(FrontendService::isClosed);
        List<FrontendService> givingUp = givingUp(next);
        Map<String, FrontendService> added = new LinkedHashMap<>();
        try {
            for (PlannedFrontend planned : next.frontends()) {
                if (!running.containsKey(planned.name())) {
                    added.put(planned.name(), bind(planned, pools, givingUp));
                }
            }
            for (FrontendService service : added.values()) {
                service.listen();
            }
            listening = staying(next, added);
            return added;
        } catch (IOException | RuntimeException | Error e) {
            abandon(added);
            throw e;
        }
    }

    private List<Frontend> staying(Plan next, Map<String, FrontendService> added) {
        List<Frontend> staying = new ArrayList<>();
        for (PlannedFrontend planned : next.frontends()) {
            FrontendService service = running.get(planned.name());
            staying.add((service == null ? added.get(planned.name()) : service).frontend());
        }
        return staying;
    }

    /** Closes what {@link #add} has opened. */
    void abandon(Map<String, FrontendService> added) {
        added.values().forEach(FrontendService::abandon);
        listening = all();
    }

    /** Those whose sockets others may take over: they are closing, or will be removed. */
    private List<FrontendService> givingUp(Plan next) {
        List<FrontendService> services = new ArrayList<>(removed);
        running.forEach(
                (name, service) -> {
                    if (next.frontend(name) == null) {
                        services.add(service);
                    }
                });
        return services;
    }

    private FrontendService bind(
            PlannedFrontend planned, Map<String, Pool> pools, List<FrontendService> givingUp)
            throws IOException {
        Frontend frontend =
                new Frontend(
                        planned.name(),
                        planned.settings(),
                        planned.table(pools),
                        slots(planned.name(), planned.settings()),
                        usage.admission(planned.name(), planned.settings()),
                        usage.counters(planned.name()));
        try {
            return FrontendService.bind(
                    frontend, environment.sockets(), workers.size(), inherited, givingUp);
        } catch (ErrnoException e) {
            throw explained(e, planned);
        }
    }

    /** Says so if it is this load balancer that listens at the address. */
    private ErrnoException explained(ErrnoException e, PlannedFrontend planned) {
        if (e.errno() != Errno.EADDRINUSE) {
            return e;
        }
        List<FrontendService> services = new ArrayList<>(running.values());
        services.addAll(removed);
        for (FrontendService service : services) {
            Frontend other = service.frontend();
            for (InetSocketAddress theirs : other.addresses()) {
                if (planned.overlaps(theirs)) {
                    return new ErrnoException(
                            e.operation(),
                            e.errno(),
                            e.errnoName(),
                            "frontend "
                                    + planned.name()
                                    + " cannot listen on port "
                                    + theirs.getPort()
                                    + " yet: frontend "
                                    + other.name()
                                    + " listens on "
                                    + Names.of(theirs)
                                    + ", and keeps it until it has been removed ("
                                    + e.errnoName()
                                    + "); remove that one by one reload, and add this one by the"
                                    + " next, or choose another port");
                }
            }
        }
        return e;
    }

    private ClientSlots slots(String name, FrontendSettings settings) {
        // With so few files that the process has one slot, none can be reserved.
        ClientSlots process = sharedSlots.count() > 1 ? sharedSlots : null;
        return settings.maxClients() == 0
                ? sharedSlots
                : usage.slots(name, settings.maxClients(), this::slotIsFree, process);
    }

    /**
     * Changes to the next plan, after {@link #add}.
     *
     * @param added as returned from there
     */
    void change(Plan next, Map<String, Pool> pools, Map<String, FrontendService> added) {
        List<FrontendService> givingUp = givingUp(next);
        Map<String, FrontendService> all = new LinkedHashMap<>();
        for (PlannedFrontend planned : next.frontends()) {
            FrontendService service = running.get(planned.name());
            if (service == null) {
                service = added.get(planned.name());
                service.acceptOnAll(workers, givingUp);
                LOG.info(
                        "frontend {} is added; it listens on {}",
                        planned.name(),
                        service.frontend().addresses().stream().map(Names::of).toList());
            } else {
                service.frontend().change(planned.settings(), planned.table(pools));
            }
            all.put(planned.name(), service);
        }
        Map<String, FrontendService> before = running;
        running = all;
        before.values().stream().filter(s -> !all.containsValue(s)).forEach(this::remove);
        usage.dropUnused(names());
    }

    private void remove(FrontendService service) {
        removed.add(service);
        Frontend frontend = service.frontend();
        workers.onEach(worker -> worker.stopAccepting(frontend));
        int active = frontend.counters().active();
        LOG.info(
                "frontend {} is removed; its open connections continue: {}",
                frontend.name(),
                active);
    }

    /** Of those that run, and those that may still accept clients from their backlogs. */
    private Set<String> names() {
        Set<String> names = new HashSet<>(running.keySet());
        removed.forEach(service -> names.add(service.frontend().name()));
        return names;
    }

    /** Once no worker runs any more. */
    void close() {
        running.values().forEach(FrontendService::close);
        removed.forEach(FrontendService::close);
    }

    /** The frontends that run. */
    List<Frontend> all() {
        return running.values().stream().map(FrontendService::frontend).toList();
    }

    /** The sockets of those that run, for another process that takes them over. */
    List<ListeningSocket> sockets() {
        return running.values().stream().flatMap(service -> service.sockets().stream()).toList();
    }

    /** Those at whose addresses a backend would be the load balancer itself. Any thread. */
    List<Frontend> listening() {
        return listening;
    }

    /** Of all frontends there are and were. */
    FrontendUsage.Totals totals() {
        return usage.totals();
    }
}
