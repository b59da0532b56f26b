package dev.eventloop.lb.admin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Maps methods and paths to resources. */
final class Routes {
    /** Matches any part of a path. */
    private static final String ANY = "*";

    /** Answers one kind of request. */
    interface Resource {
        /**
         * Called once for each request. May take time, except for probes and the page.
         *
         * @throws Refusal if the request is invalid
         * @throws IOException if the answer cannot be written
         */
        Answer answer(Request request) throws Refusal, IOException;
    }

    private record Route(String method, List<String> path, Resource resource) {
        boolean matches(List<String> requested) {
            if (requested.size() != path.size()) {
                return false;
            }
            for (int i = 0; i < requested.size(); i++) {
                if (!path.get(i).equals(ANY) && !path.get(i).equals(requested.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Route> routes = new ArrayList<>();

    /**
     * @param path such as {@code "/api/v1/backends/*"}, where a star matches any part
     */
    Routes add(String method, String path, Resource resource) {
        routes.add(new Route(method, List.of(path.substring(1).split("/", -1)), resource));
        return this;
    }

    /** Finds the resource of a request. HEAD is GET; the server omits the body. */
    Resource find(Request request) throws Refusal {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        Set<String> others = new LinkedHashSet<>();
        for (Route route : routes) {
            if (route.matches(request.path())) {
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
                            + "; the paths are /, /metrics, /healthz, /readyz, /api/v1/frontends,"
                            + " /api/v1/pools, /api/v1/pools/{pool}/backends, /api/v1/backends,"
                            + " /api/v1/stats, /api/v1/closes, /api/v1/connections and"
                            + " /api/v1/reload");
        }
        String allowed = String.join(", ", others);
        throw Refusal.wrongMethod(
                request.method()
                        + " is not allowed for "
                        + request.rawPath()
                        + "; allowed: "
                        + allowed,
                allowed);
    }
}
