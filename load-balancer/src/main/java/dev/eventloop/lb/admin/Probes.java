package dev.eventloop.lb.admin;

import dev.eventloop.lb.LoadBalancer;
import java.util.List;

/** The liveness and readiness probes of orchestrators and routers. */
final class Probes {
    private final LoadBalancer loadBalancer;

    Probes(LoadBalancer loadBalancer) {
        this.loadBalancer = loadBalancer;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/healthz", request -> alive());
        routes.add("GET", "/readyz", request -> ready());
    }

    private static Answer alive() {
        return Answer.json(200, Json.object().put("status", "alive"));
    }

    private Answer ready() {
        if (loadBalancer.isReady()) {
            return Answer.json(200, Json.object().put("status", "ready"));
        }
        return Answer.error(503, "not ready: " + why());
    }

    private String why() {
        List<String> withoutBackend = loadBalancer.poolsWithoutBackend();
        // Of a closed load balancer that is the reason, whatever its pools have.
        if (withoutBackend.isEmpty() || loadBalancer.isClosed()) {
            return "the load balancer no longer accepts connections";
        }
        return "no backend is up in "
                + (withoutBackend.size() == 1 ? "pool " : "pools ")
                + String.join(", ", withoutBackend);
    }
}
