package dev.eventloop.lb.config;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.config.Draft.FrontendText;
import dev.eventloop.lb.config.Draft.RouteText;
import dev.eventloop.lb.config.WantedFrontend.WantedRoute;
import dev.eventloop.lb.preface.Route;
import dev.eventloop.lb.preface.ServerNamePattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the mistakes in frontends, apart from those in addresses that clash. */
final class FrontendChecks {
    private final Draft draft;
    private final SettingTexts defaults;
    private final Set<String> pools;
    private final Mistakes mistakes;

    /**
     * @param defaults those of the top level, complete
     * @param pools the names of all pools
     */
    FrontendChecks(Draft draft, SettingTexts defaults, Set<String> pools, Mistakes mistakes) {
        this.draft = draft;
        this.defaults = defaults;
        this.pools = pools;
        this.mistakes = mistakes;
    }

    /** The frontends, also those with mistakes. */
    List<WantedFrontend> run() {
        List<WantedFrontend> frontends = new ArrayList<>();
        Integer port = defaults.value(AllSettings.PORT, null);
        if (port != null) {
            frontends.add(defaultFrontend(port));
        }
        for (FrontendText frontend : draft.frontends()) {
            if (defaults.has(AllSettings.PORT)
                    && frontend.name().value().equals(LoadBalancerBuilder.DEFAULT)) {
                mistakes.add(
                        frontend.name().place(),
                        "frontend default has its port at the top level; leave out one of the two,"
                                + " or give this one another name");
            } else {
                frontends.add(check(frontend));
            }
        }
        return frontends;
    }

    private WantedFrontend defaultFrontend(int port) {
        SettingTexts settings = new SettingTexts().over(defaults, Scope.FRONTEND);
        new RangeChecks(mistakes).run(settings);
        ListenAddress address =
                new ListenAddress(
                        defaults.value(AllSettings.BIND, "0.0.0.0"),
                        port,
                        defaults.get(AllSettings.PORT).get(0).place());
        return new WantedFrontend(
                LoadBalancerBuilder.DEFAULT,
                List.of(address),
                List.of(),
                LoadBalancerBuilder.DEFAULT,
                settings);
    }

    private WantedFrontend check(FrontendText frontend) {
        String name = frontend.name().value();
        try {
            LoadBalancer.builder().frontend(name, options -> {});
        } catch (IllegalArgumentException e) {
            mistakes.add(frontend.name().place(), e.getMessage());
        }
        for (Setting<?> setting : AllSettings.list(Scope.FRONTEND)) {
            setting.check(frontend.settings().get(setting), mistakes);
        }
        SettingTexts settings = frontend.settings().over(defaults, Scope.FRONTEND);
        new RangeChecks(mistakes).run(settings);
        return new WantedFrontend(
                name, addresses(frontend), routes(frontend), pool(frontend), settings);
    }

    private List<ListenAddress> addresses(FrontendText frontend) {
        if (!frontend.isBindGiven()) {
            mistakes.add(
                    frontend.name().place(),
                    "frontend "
                            + frontend.name().value()
                            + " has no address to listen on; write for example bind: 0.0.0.0:8080");
        }
        List<ListenAddress> addresses = new ArrayList<>();
        for (Text text : frontend.binds()) {
            try {
                addresses.addAll(ListenAddress.parseAll(text));
            } catch (IllegalArgumentException e) {
                mistakes.add(text.place(), FileKey.BIND.key() + " " + e.getMessage());
            }
        }
        return addresses;
    }

    private List<WantedRoute> routes(FrontendText frontend) {
        List<WantedRoute> routes = new ArrayList<>();
        Set<String> conditions = new HashSet<>();
        for (RouteText text : frontend.routes()) {
            WantedRoute route = route(text, frontend.name().value());
            if (route != null && !conditions.add(route.condition())) {
                mistakes.add(
                        text.place(),
                        "there are two routes for "
                                + route.condition()
                                + "; leave one of them out");
            } else if (route != null) {
                routes.add(route);
            }
        }
        return routes;
    }

    private WantedRoute route(RouteText text, String frontend) {
        if (text.pool() == null) {
            mistakes.add(text.place(), "this route has no pool; write pool: NAME");
        } else {
            checkPool(text.pool(), frontend);
        }
        ServerNamePattern pattern = null;
        if (text.serverName() != null) {
            try {
                pattern = ServerNamePattern.parse(text.serverName().value());
            } catch (IllegalArgumentException e) {
                mistakes.add(text.serverName().place(), e.getMessage());
                return null;
            }
        }
        String protocol = text.protocol() == null ? null : text.protocol().value();
        String pool = text.pool() == null ? "NAME" : text.pool().value();
        try {
            Route<String> checked = new Route<>(pattern, protocol, pool);
            return new WantedRoute(
                    pattern == null ? null : pattern.toString(), checked.protocol(), pool);
        } catch (IllegalArgumentException e) {
            mistakes.add(
                    text.protocol() == null ? text.place() : text.protocol().place(),
                    e.getMessage());
            return null;
        }
    }

    /** The default pool; null if there is none. */
    private String pool(FrontendText frontend) {
        String name = frontend.name().value();
        if (frontend.pool() != null) {
            checkPool(frontend.pool(), name);
            return frontend.pool().value();
        }
        boolean isDefault = name.equals(LoadBalancerBuilder.DEFAULT);
        if (!frontend.isPoolGiven() && !pools.contains(name)) {
            mistakes.add(
                    frontend.name().place(),
                    "frontend "
                            + name
                            + " has neither a pool nor routes, and there is no pool "
                            + name
                            + "; write pool: NAME");
        }
        boolean ownPool = !frontend.isPoolGiven() || isDefault;
        return ownPool && pools.contains(name) ? name : null;
    }

    private void checkPool(Text pool, String frontend) {
        if (pools.contains(pool.value())) {
            return;
        }
        String nearest = Nearest.of(pool.value(), pools);
        mistakes.add(
                pool.place(),
                "frontend "
                        + frontend
                        + " sends clients to pool "
                        + pool.value()
                        + ", which does not exist; "
                        + (nearest != null
                                ? "did you mean " + nearest + "?"
                                : pools.isEmpty()
                                        ? "write it below pools:"
                                        : "there are " + String.join(", ", pools)));
    }
}
