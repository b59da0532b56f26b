package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.ConnectionSelection;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.Names;
import dev.eventloop.lb.OpenConnection;
import java.util.List;
import java.util.Map;

/** Lists and closes open connections, and lists the last closed ones. */
final class ConnectionsResource {
    private final LoadBalancer loadBalancer;
    private final LastCloses closes;
    private final Lookup lookup;

    ConnectionsResource(LoadBalancer loadBalancer, LastCloses closes) {
        this.loadBalancer = loadBalancer;
        this.closes = closes;
        this.lookup = new Lookup(loadBalancer);
    }

    void addTo(Routes routes) {
        routes.add("GET", "/api/v1/connections", this::list);
        routes.add("DELETE", "/api/v1/connections", this::closeSome);
        routes.add("DELETE", "/api/v1/connections/*", this::close);
        routes.add("GET", "/api/v1/closes", request -> closes());
    }

    private Answer list(Request request) throws Refusal {
        Map<String, String> filters = request.parameters(List.of("frontend", "pool", "backend"));
        ObjectNode json = Json.object();
        ArrayNode list = json.putArray("connections");
        for (OpenConnection connection : loadBalancer.openConnections()) {
            if (matches(filters.get("frontend"), connection.frontend())
                    && matches(filters.get("pool"), connection.pool())
                    && matches(filters.get("backend"), connection.backend())) {
                list.add(toJson(connection));
            }
        }
        if (list.isEmpty()) {
            refuseUnknown(filters.get("frontend"), filters.get("pool"), filters.get("backend"));
        }
        return Answer.json(200, json);
    }

    private static boolean matches(String filter, String name) {
        return filter == null || filter.equals(name);
    }

    /**
     * Refuses a name that does not exist, because it may be misspelt. Call this only if no
     * connection matches: a connection may belong to a frontend, pool or backend that was removed.
     */
    private void refuseUnknown(String frontend, String pool, String backend) throws Refusal {
        if (frontend != null) {
            lookup.frontend(frontend);
        }
        if (pool != null && backend != null) {
            Lookup.backend(lookup.pool(pool), backend);
        } else if (pool != null) {
            lookup.pool(pool);
        } else if (backend != null) {
            lookup.backend(backend);
        }
    }

    private static ObjectNode toJson(OpenConnection connection) {
        return Json.object()
                .put("id", connection.id())
                .put("client", Names.of(connection.client()))
                .put("frontend", connection.frontend())
                .put("pool", connection.pool())
                .put("backend", connection.backend())
                .put("bytes_up", connection.bytesUp())
                .put("bytes_down", connection.bytesDown())
                .put("age_seconds", connection.age().toNanos() / 1e9)
                .put("idle_seconds", connection.idle().toNanos() / 1e9);
    }

    private Answer closeSome(Request request) throws Refusal {
        Map<String, String> filters =
                request.parameters(List.of("frontend", "pool", "backend", "source"));
        if (filters.isEmpty()) {
            throw Refusal.badRequest(
                    "the query does not say which connections to close; give at least one of"
                            + " frontend=..., pool=..., backend=..., source=...");
        }
        int closed = loadBalancer.closeConnections(selection(filters));
        if (closed == 0) {
            refuseUnknown(filters.get("frontend"), filters.get("pool"), filters.get("backend"));
        }
        return Answer.json(200, Json.object().put("closed", closed));
    }

    private static ConnectionSelection selection(Map<String, String> filters) throws Refusal {
        ConnectionSelection some = ConnectionSelection.all();
        String frontend = filters.get("frontend");
        String pool = filters.get("pool");
        String backend = filters.get("backend");
        String source = filters.get("source");
        some = frontend == null ? some : some.frontend(frontend);
        some = pool == null ? some : some.pool(pool);
        some = backend == null ? some : some.backend(backend);
        try {
            return source == null ? some : some.source(source);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("the source is wrong: " + e.getMessage());
        }
    }

    private Answer close(Request request) throws Refusal {
        String id = request.part(3);
        if (!loadBalancer.closeConnection(number(id))) {
            throw Refusal.notFound(
                    "there is no open connection " + id + "; see /api/v1/connections");
        }
        return Answer.noContent();
    }

    private static long number(String id) throws Refusal {
        if (!id.matches("[0-9]{1,18}")) {
            throw Refusal.badRequest(
                    "\""
                            + id
                            + "\" is not a connection id; ids are whole numbers, see"
                            + " /api/v1/connections");
        }
        return Long.parseLong(id);
    }

    private Answer closes() {
        ObjectNode json = Json.object();
        json.set("closes", closes.toJson());
        return Answer.json(200, json);
    }
}
