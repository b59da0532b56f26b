package dev.eventloop.lb.config;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.config.Draft.BackendText;
import dev.eventloop.lb.config.Draft.BackendTexts;
import dev.eventloop.lb.config.Draft.PoolText;
import java.util.ArrayList;
import java.util.List;

/** Finds the mistakes in pools. */
final class PoolChecks {
    private final Draft draft;
    private final SettingTexts defaults;
    private final AddressChecks addresses;
    private final FilesRead files;
    private final Mistakes mistakes;

    /**
     * @param defaults those of the top level, complete
     * @param addresses for backends that are the load balancer itself
     * @param files takes each backends-file
     */
    PoolChecks(
            Draft draft,
            SettingTexts defaults,
            AddressChecks addresses,
            FilesRead files,
            Mistakes mistakes) {
        this.draft = draft;
        this.defaults = defaults;
        this.addresses = addresses;
        this.files = files;
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
        if (demo || draft.hasDefaultPool()) {
            Place place =
                    backends.list().isEmpty()
                            ? Place.COMMAND_LINE
                            : backends.list().get(0).address().place();
            pools.add(
                    pool(
                            new Text(LoadBalancerBuilder.DEFAULT, place),
                            demo ? List.of() : backends.list(),
                            new SettingTexts().over(defaults, Scope.POOL),
                            demo));
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
        SettingTexts settings = pool.settings().over(defaults, Scope.POOL);
        if (!pool.backends().isGiven() && !hasFile(settings)) {
            mistakes.add(
                    pool.name().place(),
                    "pool "
                            + name
                            + " has no backends; write backends:, and below it for example -"
                            + " 127.0.0.1:9001, or backends-file: FILE");
        }
        return pool(pool.name(), pool.backends().list(), settings, false);
    }

    private static boolean hasFile(SettingTexts settings) {
        return settings.value(BackendSettings.BACKENDS_FILE, null) != null;
    }

    private WantedPool pool(
            Text name, List<BackendText> written, SettingTexts settings, boolean demo) {
        List<BackendText> all = new ArrayList<>(written);
        if (hasFile(settings) && !demo) {
            String file = settings.value(BackendSettings.BACKENDS_FILE, null);
            all.addAll(BackendsFile.read(file, files, mistakes));
        }
        List<WantedBackend> backends = new BackendChecks(all, addresses, mistakes).run();
        int own = Math.min(written.size(), backends.size()); // fewer if there are mistakes
        return new WantedPool(name, backends, own, settings);
    }
}
