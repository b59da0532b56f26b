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
 * @param names what its name stands for; null if it has none
 * @param spare whether the load balancer is started without it
 */
record PoolPlan(
        String name,
        Duration connectTimeout,
        int retries,
        ProxyProtocol sends,
        Policy policy,
        List<BackendPlan> backends,
        NamePlan names,
        boolean spare) {
    /**
     * The only pool of a scenario.
     *
     * @param operatedFor how long names change, and the operator acts
     */
    static PoolPlan only(
            Dice dice, int largest, boolean plain, boolean operated, long operatedFor) {
        Policy policy = plain ? Policy.plain(dice) : Policy.draw(dice);
        int known = (int) dice.of(1, 2, 2, 3, 3, 4, 5);
        List<BackendPlan> backends = BackendPlan.draw(dice, 0, known, largest, plain, operated);
        NamePlan names = names(dice, backends.size(), largest, plain, operated, operatedFor);
        boolean alone = names != null && names.fromTheStart() && dice.percent(25);
        return draw(dice, "default", policy, alone ? spare(backends) : backends, names, false);
    }

    private static NamePlan names(
            Dice dice, int first, int largest, boolean plain, boolean operated, long operatedFor) {
        boolean named = !plain && dice.percent(25);
        boolean fromTheStart = !operated || dice.percent(80);
        return named ? NamePlan.draw(dice, first, largest, operatedFor, fromTheStart) : null;
    }

    private static PoolPlan draw(
            Dice dice,
            String name,
            Policy policy,
            List<BackendPlan> backends,
            NamePlan names,
            boolean spare) {
        boolean patient = dice.percent(50);
        return new PoolPlan(
                name,
                Duration.ofMillis(patient ? 5_000 : dice.magnitude(5, 5_000)),
                dice.between(0, 4),
                dice.percent(18) ? dice.one(ProxyProtocol.values()) : null,
                policy,
                backends,
                names,
                spare);
    }

    /** Those that are given, and those behind its name. */
    List<BackendPlan> allBackends() {
        List<BackendPlan> all = new ArrayList<>(backends);
        if (names != null) {
            all.addAll(names.backends());
        }
        return all;
    }

    /** One to four pools, the first of which is there from the start. */
    static List<PoolPlan> several(
            Dice dice, int largest, boolean plain, boolean operated, long operatedFor) {
        List<PoolPlan> plans = new ArrayList<>();
        int count = dice.between(1, 4);
        int backends = 0;
        for (int i = 0; i < count; i++) {
            Dice own = dice.split();
            int known = own.between(1, 3);
            List<BackendPlan> these =
                    BackendPlan.draw(own, backends, known, largest, plain, operated);
            backends += these.size();
            NamePlan names = names(own, backends, largest, plain, operated, operatedFor);
            backends += names == null ? 0 : names.backends().size();
            plans.add(
                    draw(
                            own,
                            "pool-" + i,
                            plain ? Policy.plain(own) : Policy.draw(own),
                            names != null && names.fromTheStart() && own.percent(25)
                                    ? spare(these)
                                    : these,
                            names,
                            i > 0 && operated && own.percent(25)));
        }
        return plans;
    }

    /** So that the pool has only its name at the start. */
    private static List<BackendPlan> spare(List<BackendPlan> backends) {
        return backends.stream().map(BackendPlan::asSpare).toList();
    }
}
