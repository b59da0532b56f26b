package dev.eventloop.lb.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The differences between two configurations that a reload puts into effect, for the log. Those
 * that need a restart are not among them.
 */
public final class Changes {
    private final List<String> changes = new ArrayList<>();

    private Changes() {}

    /** A sentence for each; those of settings before those of backends. */
    public static List<String> between(Configuration before, Configuration after) {
        Changes changes = new Changes();
        if (before.isShorthand() && after.isShorthand()) {
            changes.addShorthand(before, after);
        } else {
            changes.addServices(before, after);
        }
        return changes.changes;
    }

    private void addShorthand(Configuration before, Configuration after) {
        addSettings(AllSettings.list(), before, after);
        addBackends("", backends(before.pools().get(0)), backends(after.pools().get(0)));
    }

    private void addServices(Configuration before, Configuration after) {
        addSettings(AllSettings.list(Scope.PROCESS), before, after);
        Map<String, WantedFrontend> frontends = frontends(before);
        for (WantedFrontend frontend : after.frontends()) {
            addFrontend(frontends.remove(frontend.name()), frontend);
        }
        frontends.keySet().forEach(name -> addGone("frontend " + name));
        Map<String, WantedPool> pools = pools(before);
        for (WantedPool pool : after.pools()) {
            addPool(pools.remove(pool.name().value()), pool);
        }
        pools.keySet().forEach(name -> addGone("pool " + name));
    }

    private void addSettings(List<Setting<?>> settings, Configuration before, Configuration after) {
        for (Setting<?> setting : settings) {
            boolean mayChange = !AllSettings.isFixed(setting) && !isTurned(setting, before, after);
            if (mayChange) {
                add(setting.key(), text(before.texts(setting)), text(after.texts(setting)));
            }
        }
    }

    /** Whether it is the access log, and is turned on or off, which needs a restart. */
    private static boolean isTurned(Setting<?> setting, Configuration before, Configuration after) {
        return AllSettings.ACCESS_LOG.equals(setting)
                && (before.get(AllSettings.ACCESS_LOG) == null)
                        != (after.get(AllSettings.ACCESS_LOG) == null);
    }

    private void addGone(String what) {
        changes.add(what + " is gone; connections that it has go on");
    }

    /**
     * @param was null if it is new
     */
    private void addFrontend(WantedFrontend was, WantedFrontend is) {
        String name = "frontend " + is.name();
        if (was == null) {
            changes.add(name + " is new, on " + is.addressText() + "; " + is.routeText());
            return;
        }
        add(name + ": the routing", was.routeText(), is.routeText());
        addSettings(name, Scope.FRONTEND, was.settings(), is.settings());
    }

    /**
     * @param was null if it is new
     */
    private void addPool(WantedPool was, WantedPool is) {
        String name = "pool " + is.name().value();
        if (was == null) {
            changes.add(name + " is new");
            addBackends(name + ": ", Map.of(), backends(is));
            return;
        }
        addSettings(name, Scope.POOL, was.settings(), is.settings());
        addBackends(name + ": ", backends(was), backends(is));
    }

    private void addSettings(String name, Scope scope, SettingTexts was, SettingTexts is) {
        for (Setting<?> setting : AllSettings.list(scope)) {
            if (setting.isInherited() && !AllSettings.isFixed(setting)) {
                add(name + ": " + setting.key(), text(was.get(setting)), text(is.get(setting)));
            }
        }
    }

    private void add(String what, String was, String is) {
        if (!was.equals(is)) {
            changes.add(what + " is " + is + " now, no longer " + was);
        }
    }

    private void addBackends(
            String prefix, Map<String, WantedBackend> before, Map<String, WantedBackend> after) {
        after.forEach(
                (name, backend) -> {
                    WantedBackend was = before.get(name);
                    if (was == null) {
                        changes.add(prefix + "backend " + describe(backend) + " is new");
                    } else if (!was.equals(backend)) {
                        changes.add(
                                prefix
                                        + "backend "
                                        + describe(was)
                                        + " is now "
                                        + describe(backend));
                    }
                });
        before.forEach(
                (name, backend) -> {
                    if (!after.containsKey(name)) {
                        addGone(prefix + "backend " + name);
                    }
                });
    }

    private static String describe(WantedBackend backend) {
        return backend.text()
                + (backend.maxConnections() == 0
                        ? ""
                        : " for " + backend.maxConnections() + " connections");
    }

    private static Map<String, WantedFrontend> frontends(Configuration configuration) {
        Map<String, WantedFrontend> byName = new LinkedHashMap<>();
        configuration.frontends().forEach(frontend -> byName.put(frontend.name(), frontend));
        return byName;
    }

    private static Map<String, WantedPool> pools(Configuration configuration) {
        Map<String, WantedPool> byName = new LinkedHashMap<>();
        configuration.pools().forEach(pool -> byName.put(pool.name().value(), pool));
        return byName;
    }

    private static Map<String, WantedBackend> backends(WantedPool pool) {
        Map<String, WantedBackend> byName = new LinkedHashMap<>();
        pool.backends().forEach(backend -> byName.put(backend.name(), backend));
        return byName;
    }

    private static String text(List<Text> texts) {
        return texts.isEmpty()
                ? "empty"
                : String.join(",", texts.stream().map(Text::value).toList());
    }
}
