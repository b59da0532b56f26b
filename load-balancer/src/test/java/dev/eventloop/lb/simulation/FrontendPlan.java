package dev.eventloop.lb.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A frontend of a scenario.
 *
 * @param acceptsHeader whether its clients must send a PROXY header
 * @param policy at the start; a reload may change it, and the routing
 * @param spare whether the load balancer is started without it
 */
record FrontendPlan(
        String name,
        String host,
        int port,
        int maxClients,
        Duration idleTimeout,
        Duration halfCloseTimeout,
        Duration prefaceTimeout,
        boolean acceptsHeader,
        Policy policy,
        Routing routing,
        boolean spare) {
    private static final int FIRST_PORT = 8080;

    /** The only frontend of a scenario, which sends all clients to the pool of the same name. */
    static FrontendPlan only(Dice dice, Policy policy, String host) {
        return draw(dice, "default", 0, policy, Routing.toOnly("default"), host, false);
    }

    private static FrontendPlan draw(
            Dice dice,
            String name,
            int index,
            Policy policy,
            Routing routing,
            String host,
            boolean spare) {
        boolean patient = dice.percent(50);
        boolean acceptsHeader = dice.percent(12);
        return new FrontendPlan(
                name,
                host,
                FIRST_PORT + index,
                dice.percent(70) ? 1_000 : dice.between(1, 8),
                Duration.ofMillis(patient ? 60_000 : dice.magnitude(50, 20_000)),
                Duration.ofMillis(patient ? 30_000 : dice.magnitude(20, 20_000)),
                Duration.ofMillis(dice.of(5_000, 5_000, dice.magnitude(20, 5_000))),
                acceptsHeader,
                ofClientsBehindProxies(policy, acceptsHeader),
                routing,
                spare);
    }

    /** Source limits would count from when the PROXY header is complete, which is not visible. */
    static Policy ofClientsBehindProxies(Policy policy, boolean acceptsHeader) {
        return acceptsHeader ? policy.withoutSourceLimits() : policy;
    }

    /** One to three frontends, the first of which is there from the start. */
    static List<FrontendPlan> several(
            Dice dice, boolean plain, boolean operated, String host, List<PoolPlan> pools) {
        List<String> present =
                pools.stream().filter(pool -> !pool.spare()).map(PoolPlan::name).toList();
        List<FrontendPlan> plans = new ArrayList<>();
        int count = dice.between(1, 3);
        for (int i = 0; i < count; i++) {
            Dice own = dice.split();
            plans.add(
                    draw(
                            own,
                            "front-" + i,
                            i,
                            plain ? Policy.plain(own) : Policy.draw(own),
                            Routing.draw(own, present),
                            host,
                            i > 0 && operated && own.percent(25)));
        }
        return plans;
    }
}
