package dev.eventloop.lb.admin;

import dev.eventloop.lb.LoadBalancer;

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
        return Answer.error(
                503,
                "not ready: no backend is up, or the load balancer no longer accepts"
                        + " connections");
    }
}
