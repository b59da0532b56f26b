package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.BackendState;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * When the faults of a run cease and its clients have gone, all is as at the start within a bounded
 * time: backends that listen are up, and frontends accept their next clients and connect them.
 */
final class Recovery {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Simulation simulation;
    private final Scenario scenario;

    Recovery(Simulation simulation) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
    }

    void check(Stepping stepping) throws IOException {
        simulation.kernel.stopFaults();
        simulation.servers.values().forEach(BackendServer::comeBack);
        long begin = Math.max(simulation.now(), scenario.operatedFor());
        pass(begin + timeForHealth() - simulation.now(), stepping);
        simulation.operator.check();
        simulation.pools.values().forEach(this::checkHealth);
        List<Peer> clients = simulation.arrivals().lastClients();
        pass(SECOND + 8 * scenario.mostLatency().toNanos(), stepping);
        clients.forEach(this::checkServed);
        stepping.play();
    }

    /** Lets this much time pass, without pauses. */
    private void pass(long time, Stepping stepping) throws IOException {
        long pausedBefore = simulation.pauses.total();
        passAll(time, stepping);
        if (simulation.pauses.total() > pausedBefore) {
            pass(simulation.pauses.total() - pausedBefore, stepping);
        }
    }

    private void passAll(long time, Stepping stepping) throws IOException {
        long until = simulation.now() + time;
        simulation.peers().after(time, () -> {}); // so that there is something to wait for
        while (simulation.now() < until) {
            stepping.step();
        }
        stepping.settle();
    }

    private long timeForHealth() {
        long longest = 0;
        for (BackendWatch pool : simulation.pools.values()) {
            if (pool.isPresent()) {
                int checks = pool.policies.now().rise();
                longest = Math.max(longest, HealthWatch.timeFor(pool.policies, checks, pool.plan));
            }
        }
        return longest;
    }

    private void checkHealth(BackendWatch pool) {
        for (BackendHistory each : pool.all()) {
            boolean due =
                    each.status().present()
                            && each.status().state() != BackendState.DOWN
                            && isReachable(each);
            expect(
                    !due || each.status().healthy(),
                    "the faults are over, and %s listens, but is down",
                    each);
        }
    }

    /** Not if there may be too few descriptors for all checks at a time. */
    private boolean isReachable(BackendHistory each) {
        return scenario.fileLimit() == 0 && each.server.isListening() && !each.server.mayTimeOut();
    }

    private void checkServed(Peer client) {
        Visit visit = simulation.visits.of(client);
        expect(visit != null, "the faults are over, but no frontend accepts %s", client);
        expect(
                !mustBeConnected(client) || visit.connectedAt >= 0,
                "the faults are over, but no backend is found for %s",
                client);
    }

    /** Whether nothing but a failure can keep a client from the pool of its frontend. */
    private boolean mustBeConnected(Peer client) {
        FrontendHistory frontend = client.frontend;
        Policy policy = frontend.policies.now();
        Routing routing = frontend.routings.now();
        InetAddress source = client.address.getAddress();
        return !frontend.plan.acceptsHeader()
                && !routing.needsHello()
                && !policy.limitsSources()
                && policy.admits(source)
                && isAlwaysReachable(simulation.pools.get(routing.defaultPool()));
    }

    private boolean isAlwaysReachable(BackendWatch pool) {
        return pool.isPresent()
                && pool.all().stream()
                        .filter(each -> each.status().present())
                        .allMatch(each -> isReachable(each) && each.status().limit() == 0);
    }
}
