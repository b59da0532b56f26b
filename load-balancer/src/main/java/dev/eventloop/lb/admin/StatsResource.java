package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;
import java.util.TreeMap;

/** All numbers of the dashboard in one response. */
final class StatsResource {
    private final LoadBalancer loadBalancer;
    private final LastCloses closes;
    private final long startNanos = System.nanoTime();

    StatsResource(LoadBalancer loadBalancer, LastCloses closes) {
        this.loadBalancer = loadBalancer;
        this.closes = closes;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/api/v1/stats", request -> stats());
    }

    private Answer stats() {
        LoadBalancerStats stats = loadBalancer.stats();
        ObjectNode json = Json.object();
        json.put("uptime_seconds", (System.nanoTime() - startNanos) / 1e9);
        json.put("ready", loadBalancer.isReady());
        json.put("accepted", stats.accepted());
        json.put("active", stats.active());
        ObjectNode byReason = json.putObject("closes");
        new TreeMap<>(stats.closes())
                .forEach((reason, count) -> byReason.put(reason.toString(), count));
        json.set("backends", BackendsResource.list(stats.backends()));
        json.set("last_closes", closes.toJson());
        return Answer.json(200, json);
    }
}
