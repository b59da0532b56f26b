package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;

/** Lists the frontends and the pools; all numbers of the dashboard in one response. */
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
        routes.add("GET", "/api/v1/frontends", request -> frontends());
        routes.add("GET", "/api/v1/pools", request -> pools());
    }

    private Answer frontends() {
        return list("frontends", StatsJson.frontends(loadBalancer.stats().frontends()));
    }

    private Answer pools() {
        return list("pools", StatsJson.pools(loadBalancer.stats().pools()));
    }

    private static Answer list(String key, ArrayNode list) {
        ObjectNode json = Json.object();
        json.set(key, list);
        return Answer.json(200, json);
    }

    private Answer stats() {
        LoadBalancerStats stats = loadBalancer.stats();
        ObjectNode json = Json.object();
        json.put("uptime_seconds", (System.nanoTime() - startNanos) / 1e9);
        json.put("ready", loadBalancer.isReady());
        json.put("accepted", stats.accepted());
        json.put("active", stats.active());
        json.set("closes", StatsJson.closes(stats.closes()));
        json.set("frontends", StatsJson.frontends(stats.frontends()));
        json.set("pools", StatsJson.pools(stats.pools()));
        json.set("backends", StatsJson.backends(stats.backends()));
        json.set("last_closes", closes.toJson());
        return Answer.json(200, json);
    }
}
