package dev.eventloop.lb.admin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which method answers which path. */
final class Routes {
    /** A part of a path that may be anything. */
    private static final String ANY = "*";

    /** Answers one kind of request. */
    interface Resource {
        /**
         * Called once for each such request.
         *
         * @throws Refusal if it cannot
         * @throws IOException if the client cannot be read from
         */
        Answer answer(Request request) throws Refusal, IOException;
    }

    private record Route(String method, List<String> path, Resource resource) {
        boolean has(List<String> asked) {
            if (asked.size() != path.size()) {
                return false;
            }
            for (int i = 0; i < asked.size(); i++) {
                if (!path.get(i).equals(ANY) && !path.get(i).equals(asked.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Route> routes = new ArrayList<>();

    /**
     * @param path {@code "/api/v1/backends/*"}, where a star is any part
     */
    Routes add(String method, String path, Resource resource) {
        routes.add(new Route(method, List.of(path.substring(1).split("/", -1)), resource));
        return this;
    }

    /** HEAD is GET without the body, which the server leaves out. */
    Resource find(Request request) throws Refusal {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        Set<String> others = new LinkedHashSet<>();
        for (Route route : routes) {
            if (route.has(request.path())) {
                if (route.method.equals(method)) {
                    return route.resource;
                }
                others.add(route.method);
                if (route.method.equals("GET")) {
                    others.add("HEAD");
                }
            }
        }
        if (others.isEmpty()) {
            throw Refusal.notFound(
                    "there is nothing at "
                            + request.rawPath()
                            + "; there are /, /metrics, /healthz, /readyz, /api/v1/backends,"
                            + " /api/v1/stats, /api/v1/closes and /api/v1/connections");
        }
        String allowed = String.join(", ", others);
        throw Refusal.wrongMethod(
                request.method() + " is not for " + request.rawPath() + "; there is " + allowed,
                allowed);
    }
}
