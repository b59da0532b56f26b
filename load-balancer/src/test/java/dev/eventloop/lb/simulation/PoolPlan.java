package dev.eventloop.lb.simulation;

import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A pool of a scenario.
 *
 * @param sends the PROXY header that its backends get; null for none
 * @param policy at the start; a reload may change it
 * @param spare whether the load balancer is started without it
 */
record PoolPlan(
        String name,
        Duration connectTimeout,
        int retries,
        ProxyProtocol sends,
        Policy policy,
        List<BackendPlan> backends,
        boolean spare) {
    /** The only pool of a scenario. */
    static PoolPlan only(Dice dice, int largest, boolean plain, boolean operated) {
        Policy policy = plain ? Policy.plain(dice) : Policy.draw(dice);
        int known = (int) dice.of(1, 2, 2, 3, 3, 4, 5);
        List<BackendPlan> backends = BackendPlan.draw(dice, 0, known, largest, plain, operated);
        return draw(dice, "default", policy, backends, false);
    }

    private static PoolPlan draw(
            Dice dice, String name, Policy policy, List<BackendPlan> backends, boolean spare) {
        boolean patient = dice.percent(50);
        return new PoolPlan(
                name,
                Duration.ofMillis(patient ? 5_000 : dice.magnitude(5, 5_000)),
                dice.between(0, 4),
                dice.percent(18) ? dice.one(ProxyProtocol.values()) : null,
                policy,
                backends,
                spare);
    }

    /** One to four pools, the first of which is there from the start. */
    static List<PoolPlan> several(Dice dice, int largest, boolean plain, boolean operated) {
        List<PoolPlan> plans = new ArrayList<>();
        int count = dice.between(1, 4);
        int backends = 0;
        for (int i = 0; i < count; i++) {
            Dice own = dice.split();
            int known = own.between(1, 3);
            List<BackendPlan> these =
                    BackendPlan.draw(own, backends, known, largest, plain, operated);
            backends += these.size();
            plans.add(
                    draw(
                            own,
                            "pool-" + i,
                            plain ? Policy.plain(own) : Policy.draw(own),
                            these,
                            i > 0 && operated && own.percent(25)));
        }
        return plans;
    }
}
