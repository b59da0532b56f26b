package dev.eventloop.lb;

import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.pool.GivenBackends;
import dev.eventloop.lb.pool.OwnAddresses;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.lb.runtime.FrontendService;
import dev.eventloop.lb.runtime.ProcessSettings;
import dev.eventloop.lb.runtime.Workers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The frontends and pools that run. A reload changes them; connections keep the frontend and the
 * pool that they have. Changes are serialized; any thread may read.
 */
final class Services {
    private final RunningFrontends frontends;
    private final RunningPools pools;
    private ProcessSettings process;
    private Plan plan;

    Services(Workers workers, Environment environment, InheritedSockets inherited) {
        this.frontends = new RunningFrontends(workers, environment, inherited);
        this.pools = new RunningPools(workers, environment, this::reachedAt);
    }

    /** See {@link OwnAddresses}. */
    private String reachedAt(SocketAddress address) {
        for (Frontend frontend : frontends.listening()) {
            String reached = Plan.reached(frontend.name(), frontend.addresses(), address);
            if (reached != null) {
                return reached;
            }
        }
        return null;
    }

    /** Before the workers run. */
    void open(Plan plan) throws IOException {
        this.plan = plan;
        this.process = plan.process();
        Map<String, GivenBackends> backends = plan.resolve();
        pools.add(plan);
        pools.give(backends);
        frontends.open(plan, pools.byName());
    }

    /** Waits for the first answers of the sources, for a second at most. */
    void startSources() {
        pools.startSources(plan);
    }

    /** Takes no reload any more, and waits for no answers. */
    void end() {
        pools.end();
    }

    boolean isEnding() {
        return pools.isEnding();
    }

    /**
     * As {@link LoadBalancer#reload}.
     *
     * @param backends those of the plan
     * @throws IllegalStateException after {@link #end}
     */
    synchronized List<String> reload(Plan next, Map<String, GivenBackends> backends)
            throws IOException {
        Map<String, FrontendService> added = Map.of();
        Set<String> poolsBefore = pools.names();
        try {
            refuseIfEnding();
            pools.add(next);
            added = frontends.add(next, pools.byName());
            // The addresses of a frontend that runs stay, whatever the next plan says.
            backends.values().forEach(given -> given.refuse(this::reachedAt));
        } catch (IOException | RuntimeException | Error e) {
            frontends.abandon(added);
            pools.keep(poolsBefore, plan);
            backends.values().forEach(GivenBackends::discard);
            throw e;
        }
        List<String> left = new ArrayList<>(FixedSettings.differences(plan, next));
        left.addAll(pools.change(next, poolsBefore, backends));
        frontends.change(next, pools.byName(), added);
        pools.keep(next.poolNames(), plan);
        plan = FixedSettings.keep(plan, next);
        return left;
    }

    void refuseIfEnding() {
        if (isEnding()) {
            throw new IllegalStateException(
                    "cannot reload: the load balancer drains, or is closed, and takes no changes");
        }
    }

    /** Once no worker runs any more. */
    synchronized void close() {
        frontends.close();
        pools.close();
    }

    // Queries

    ProcessSettings process() {
        return process;
    }

    /** Between reloads. */
    synchronized List<ListeningSocket> sockets() {
        return frontends.sockets();
    }

    InetSocketAddress firstAddress() {
        return frontends().get(0).addresses().get(0);
    }

    RunningPools pools() {
        return pools;
    }

    List<Frontend> frontends() {
        return frontends.all();
    }

    LoadBalancerStats stats() {
        return StatsOf.all(frontends(), frontends.totals(), pools.all());
    }
}
