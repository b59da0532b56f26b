package dev.eventloop.lb.config;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.config.Draft.BackendTexts;
import dev.eventloop.lb.config.Draft.PoolText;
import java.util.ArrayList;
import java.util.List;

/** Finds the mistakes in pools. */
final class PoolChecks {
    private final Draft draft;
    private final SettingTexts defaults;
    private final AddressChecks addresses;
    private final Mistakes mistakes;

    /**
     * @param defaults those of the top level, complete
     * @param addresses for backends that are the load balancer itself
     */
    PoolChecks(Draft draft, SettingTexts defaults, AddressChecks addresses, Mistakes mistakes) {
        this.draft = draft;
        this.defaults = defaults;
        this.addresses = addresses;
        this.mistakes = mistakes;
    }

    /**
     * The pools, also those with mistakes.
     *
     * @param demo whether the default pool has backends that are not in the draft
     */
    List<WantedPool> run(boolean demo) {
        List<WantedPool> pools = new ArrayList<>();
        BackendTexts backends = draft.backends();
        if (demo || backends.isGiven()) {
            Place place =
                    backends.list().isEmpty()
                            ? Place.COMMAND_LINE
                            : backends.list().get(0).address().place();
            pools.add(
                    new WantedPool(
                            new Text(LoadBalancerBuilder.DEFAULT, place),
                            new BackendChecks(backends.list(), addresses, mistakes).run(),
                            new SettingTexts().over(defaults, Scope.POOL)));
        }
        for (PoolText pool : draft.pools()) {
            if (backends.isGiven() && pool.name().value().equals(LoadBalancerBuilder.DEFAULT)) {
                mistakes.add(
                        pool.name().place(),
                        "pool default has its backends at the top level; write them in one of the"
                                + " two places");
            } else {
                pools.add(check(pool));
            }
        }
        return pools;
    }

    private WantedPool check(PoolText pool) {
        String name = pool.name().value();
        try {
            LoadBalancer.builder().pool(name, options -> {});
        } catch (IllegalArgumentException e) {
            mistakes.add(pool.name().place(), e.getMessage());
        }
        for (Setting<?> setting : AllSettings.list(Scope.POOL)) {
            setting.check(pool.settings().get(setting), mistakes);
        }
        if (!pool.backends().isGiven()) {
            mistakes.add(
                    pool.name().place(),
                    "pool "
                            + name
                            + " has no backends; write backends:, and below it for example -"
                            + " 127.0.0.1:9001");
        }
        return new WantedPool(
                pool.name(),
                new BackendChecks(pool.backends().list(), addresses, mistakes).run(),
                pool.settings().over(defaults, Scope.POOL));
    }
}
