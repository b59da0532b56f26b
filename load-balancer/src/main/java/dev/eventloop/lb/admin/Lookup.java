package dev.eventloop.lb.admin;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.LoadBalancerStats;
import java.util.List;
import java.util.function.Function;

/** Finds the frontends, pools and backends that requests name. */
final class Lookup {
    private final LoadBalancer loadBalancer;

    Lookup(LoadBalancer loadBalancer) {
        this.loadBalancer = loadBalancer;
    }

    /**
     * @throws Refusal if there is no frontend of that name
     */
    LoadBalancerStats.Frontend frontend(String name) throws Refusal {
        List<LoadBalancerStats.Frontend> all = loadBalancer.stats().frontends();
        return find("frontend", name, all, LoadBalancerStats.Frontend::name, "");
    }

    /**
     * @throws Refusal if there is no pool of that name
     */
    LoadBalancerStats.Pool pool(String name) throws Refusal {
        List<LoadBalancerStats.Pool> all = loadBalancer.stats().pools();
        return find("pool", name, all, LoadBalancerStats.Pool::name, "");
    }

    /**
     * The pool of requests that name none: the default pool, or the only one.
     *
     * @throws Refusal if there are several and none is the default pool
     */
    LoadBalancerStats.Pool defaultPool() throws Refusal {
        List<LoadBalancerStats.Pool> all = loadBalancer.stats().pools();
        for (LoadBalancerStats.Pool pool : all) {
            if (all.size() == 1 || pool.name().equals(LoadBalancerBuilder.DEFAULT)) {
                return pool;
            }
        }
        throw Refusal.conflict(
                "the path does not say which pool; use /api/v1/pools/{pool}/backends with one of "
                        + names(all, LoadBalancerStats.Pool::name));
    }

    /**
     * @throws Refusal if the pool has no backend of that name
     */
    static LoadBalancerStats.Backend backend(LoadBalancerStats.Pool pool, String name)
            throws Refusal {
        return find(
                "backend",
                name,
                pool.backends(),
                LoadBalancerStats.Backend::name,
                " in the pool " + pool.name());
    }

    /**
     * @return the first one, as pools may have backends of the same name
     * @throws Refusal if no pool has a backend of that name
     */
    LoadBalancerStats.Backend backend(String name) throws Refusal {
        List<LoadBalancerStats.Backend> all = loadBalancer.stats().backends();
        return find("backend", name, all, LoadBalancerStats.Backend::name, "");
    }

    private static <T> T find(
            String what, String name, List<T> all, Function<T, String> nameOf, String where)
            throws Refusal {
        for (T one : all) {
            if (nameOf.apply(one).equals(name)) {
                return one;
            }
        }
        throw Refusal.notFound(
                "there is no %s \"%s\"; there are %s%s"
                        .formatted(what, name, all.isEmpty() ? "none" : names(all, nameOf), where));
    }

    private static <T> String names(List<T> all, Function<T, String> nameOf) {
        return String.join(", ", all.stream().map(nameOf).distinct().toList());
    }
}
