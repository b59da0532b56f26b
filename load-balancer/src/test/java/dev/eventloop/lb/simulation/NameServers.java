package dev.eventloop.lb.simulation;

import dev.eventloop.lb.BackendSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** The name servers of the pools that have a name, and the changes that their answers lead to. */
final class NameServers {
    private final Simulation simulation;
    private final Map<String, NameServer> byPool = new LinkedHashMap<>();

    /** Those to which an answer is just given, which may put off its change. */
    private FoundBackends changing;

    NameServers(Simulation simulation) {
        this.simulation = simulation;
    }

    void add(PoolPlan pool, FoundBackends found, Dice dice) {
        byPool.put(pool.name(), new NameServer(simulation, pool, found, dice));
    }

    void schedule() {
        byPool.values().forEach(NameServer::schedule);
    }

    /**
     * A new source of a pool's backends.
     *
     * @param version another one is another source of this name
     */
    BackendSource source(String pool, int version) {
        return byPool.get(pool).source(version);
    }

    /** Called after the end of the load balancer. */
    void checkAllAreClosed() {
        byPool.values().forEach(NameServer::checkAllAreClosed);
    }

    void change(FoundBackends found, Runnable answer) {
        changing = found;
        answer.run();
        changing = null;
    }

    /** The load balancer puts off a change that an answer leads to. */
    void later(long nanos, Runnable change) {
        FoundBackends found = changing;
        Runnable both =
                () -> {
                    change.run();
                    found.change();
                    simulation.look();
                };
        simulation.peers().after(nanos, () -> simulation.pauses.afterwards(both));
    }
}
