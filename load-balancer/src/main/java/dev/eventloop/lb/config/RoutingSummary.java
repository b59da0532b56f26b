package dev.eventloop.lb.config;

import dev.eventloop.lb.config.WantedFrontend.WantedRoute;
import java.util.ArrayList;
import java.util.List;

/** Says where the clients of each frontend go, for {@code --dry-run}. */
public final class RoutingSummary {
    private RoutingSummary() {}

    /** A line for each frontend, followed by an indented line for each of its routes. */
    public static List<String> of(Configuration configuration) {
        List<String> lines = new ArrayList<>();
        for (WantedFrontend frontend : configuration.frontends()) {
            lines.add(
                    "Frontend " + frontend.name() + " listens on " + frontend.addressText() + ":");
            for (WantedRoute route : frontend.routes()) {
                lines.add("  " + route.condition() + " to pool " + route.pool());
            }
            String others = frontend.routes().isEmpty() ? "  all clients" : "  all other clients";
            lines.add(
                    others
                            + (frontend.pool() == null
                                    ? " are reset, with the reason no-route"
                                    : " to pool " + frontend.pool()));
        }
        return lines;
    }
}
