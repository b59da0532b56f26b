package dev.eventloop.lb.handover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.OperatorState;
import dev.eventloop.lb.OperatorState.PoolState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an operator has changed, as JSON. */
final class StateJson {
    private StateJson() {}

    static JsonNode of(OperatorState state) {
        ObjectNode json = Channel.message();
        for (PoolState pool : state.pools()) {
            ObjectNode each = json.putObject(pool.name());
            put(each.putObject("configured"), pool.configured());
            put(each.putObject("wanted"), pool.wanted());
            pool.weights().forEach(each.putObject("weights")::put);
            ObjectNode states = each.putObject("states");
            pool.states().forEach((name, set) -> states.put(name, set.name()));
        }
        return json;
    }

    private static void put(ObjectNode json, Map<String, BackendOptions> backends) {
        backends.forEach(
                (name, backend) -> {
                    if (backend == null) {
                        json.putNull(name);
                    } else {
                        json.putObject(name)
                                .put("weight", backend.weight())
                                .put("backup", backend.backup())
                                .put("maxConnections", backend.maxConnections());
                    }
                });
    }

    static OperatorState read(JsonNode json) {
        List<PoolState> pools = new ArrayList<>();
        json.properties().forEach(each -> pools.add(pool(each.getKey(), each.getValue())));
        return new OperatorState(pools);
    }

    private static PoolState pool(String name, JsonNode json) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        json.path("weights")
                .properties()
                .forEach(each -> weights.put(each.getKey(), each.getValue().asInt()));
        Map<String, BackendState> states = new LinkedHashMap<>();
        json.path("states")
                .properties()
                .forEach(
                        each ->
                                states.put(
                                        each.getKey(),
                                        BackendState.valueOf(each.getValue().asText())));
        return new PoolState(
                name,
                backends(json.path("configured")),
                backends(json.path("wanted")),
                weights,
                states);
    }

    private static Map<String, BackendOptions> backends(JsonNode json) {
        Map<String, BackendOptions> backends = new LinkedHashMap<>();
        json.properties()
                .forEach(
                        each -> {
                            JsonNode options = each.getValue();
                            backends.put(
                                    each.getKey(),
                                    options.isNull()
                                            ? null
                                            : BackendOptions.parse(each.getKey())
                                                    .weight(options.path("weight").asInt())
                                                    .backup(options.path("backup").asBoolean())
                                                    .maxConnections(
                                                            options.path("maxConnections")
                                                                    .asInt()));
                        });
        return backends;
    }
}
