package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Reads the configuration again, as SIGHUP does, and answers what came of it. */
final class ReloadResource {
    /** Null where there is no configuration to read. */
    private final Reloading reloading;

    ReloadResource(Reloading reloadingOrNull) {
        this.reloading = reloadingOrNull;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/api/v1/reload", this::reload);
    }

    private Answer reload(Request request) throws Refusal {
        if (request.body().length > 0) {
            Json.onlyKeys(request.json(), List.of());
        }
        if (reloading == null) {
            throw Refusal.conflict(
                    "this load balancer has no configuration file to read again; its program"
                            + " reloads it by LoadBalancer.reload");
        }
        Reloading.Result result = reloading.reload();
        ObjectNode json = Json.object();
        if (result.error() != null) {
            json.put("error", result.error());
            add(json, "mistakes", result.mistakes());
            return Answer.json(409, json);
        }
        add(json, "changes", result.changes());
        add(json, "kept", result.kept());
        add(json, "warnings", result.warnings());
        return Answer.json(200, json);
    }

    private static void add(ObjectNode json, String key, List<String> sentences) {
        sentences.forEach(json.putArray(key)::add);
    }
}
