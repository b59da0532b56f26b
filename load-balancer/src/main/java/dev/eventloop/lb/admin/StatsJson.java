package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.LoadBalancerStats;
import dev.eventloop.lb.Names;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Frontends, pools and backends as JSON. */
final class StatsJson {
    private StatsJson() {}

    static ArrayNode frontends(List<LoadBalancerStats.Frontend> frontends) {
        return array(frontends, StatsJson::of);
    }

    static ArrayNode pools(List<LoadBalancerStats.Pool> pools) {
        return array(pools, StatsJson::of);
    }

    static ArrayNode backends(List<LoadBalancerStats.Backend> backends) {
        return array(backends, StatsJson::of);
    }

    /** Reasons without any closes are left out. */
    static ObjectNode closes(Map<CloseReason, Long> closes) {
        ObjectNode json = Json.object();
        new TreeMap<>(closes).forEach((reason, count) -> json.put(reason.toString(), count));
        return json;
    }

    private static ObjectNode of(LoadBalancerStats.Frontend frontend) {
        ObjectNode json = Json.object().put("name", frontend.name());
        ArrayNode addresses = json.putArray("addresses");
        frontend.addresses().forEach(address -> addresses.add(Names.of(address)));
        json.put("accepted", frontend.accepted());
        json.put("active", frontend.active());
        json.set("closes", closes(frontend.closes()));
        return json;
    }

    private static ObjectNode of(LoadBalancerStats.Pool pool) {
        ObjectNode json = Json.object().put("name", pool.name());
        json.set("backends", backends(pool.backends()));
        return json;
    }

    static ObjectNode of(LoadBalancerStats.Backend backend) {
        return Json.object()
                .put("name", backend.name())
                .put("pool", backend.pool())
                .put("state", backend.state().toString())
                .put("healthy", backend.healthy())
                .put("weight", backend.weight())
                .put("backup", backend.backup())
                .put("max_conns", backend.maxConnections())
                .put("share", backend.share())
                .put("active", backend.active())
                .put("connections", backend.connections())
                .put("connect_failures", backend.connectFailures())
                .put("check_failures", backend.checkFailures())
                .put("bytes_up", backend.bytesSent())
                .put("bytes_down", backend.bytesReceived());
    }

    private static <T> ArrayNode array(List<T> all, Function<T, ObjectNode> toJson) {
        ArrayNode array = Json.object().arrayNode(all.size());
        all.forEach(one -> array.add(toJson.apply(one)));
        return array;
    }
}
