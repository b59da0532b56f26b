package dev.eventloop.lb.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A frontend of the configuration.
 *
 * @param pool the pool of clients without a route; null if they are reset
 * @param settings all of its scope
 */
record WantedFrontend(
        String name,
        List<ListenAddress> addresses,
        List<WantedRoute> routes,
        String pool,
        SettingTexts settings) {

    /**
     * A route.
     *
     * @param serverName null for any, and for none
     * @param protocol null for any, and for none
     */
    record WantedRoute(String serverName, String protocol, String pool) {
        /** What it is for: {@code www.example.org with the ALPN protocol h2}. */
        String condition() {
            if (serverName == null) {
                return "the ALPN protocol " + protocol;
            }
            return serverName + (protocol == null ? "" : " with the ALPN protocol " + protocol);
        }
    }

    /** {@code 0.0.0.0:443, [::]:443}. */
    String addressText() {
        return addresses.stream().map(ListenAddress::toString).collect(Collectors.joining(", "));
    }

    /** {@code a.example.org to api, everyone else to site}. */
    String routeText() {
        String all =
                routes.stream()
                        .map(route -> route.condition() + " to " + route.pool() + ", ")
                        .collect(Collectors.joining());
        return all
                + (pool == null
                        ? "nobody else"
                        : (all.isEmpty() ? "all to " : "all others to ") + pool);
    }
}
