package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;

/** Lists, adds, changes and removes backends. */
final class BackendsResource {
    private static final String PATH = "/api/v1/backends";
    private static final String ADDRESSES = "HOST:PORT, [IPV6]:PORT or unix:PATH";
    private static final String STATES = "\"up\", \"drain\" or \"down\"";

    private final LoadBalancer loadBalancer;

    BackendsResource(LoadBalancer loadBalancer) {
        this.loadBalancer = loadBalancer;
    }

    void addTo(Routes routes) {
        routes.add("GET", PATH, request -> list());
        routes.add("POST", PATH, this::add);
        routes.add("GET", PATH + "/*", request -> show(request.part(3)));
        routes.add("PATCH", PATH + "/*", this::change);
        routes.add("DELETE", PATH + "/*", request -> remove(request.part(3)));
    }

    private Answer list() {
        ObjectNode json = Json.object();
        json.set("backends", list(loadBalancer.stats().backends()));
        return Answer.json(200, json);
    }

    private Answer show(String name) throws Refusal {
        return Answer.json(200, toJson(find(loadBalancer, name)));
    }

    private Answer add(Request request) throws Refusal, IOException {
        BackendOptions backend = options(request.json());
        try {
            loadBalancer.addBackend(backend);
        } catch (UnknownHostException e) {
            throw Refusal.badRequest(sentence(e));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw Refusal.conflict(sentence(e));
        }
        String name = backend.name();
        Answer answer = Answer.json(201, toJson(find(loadBalancer, name)));
        return answer.with(Map.of("Location", PATH + "/" + encoded(name)));
    }

    private Answer change(Request request) throws Refusal, IOException {
        String name = request.part(3);
        ObjectNode wanted = request.json();
        Json.onlyKeys(wanted, List.of("weight", "state"));
        Integer weight = weight(wanted);
        BackendState state = state(wanted);
        if (weight == null && state == null) {
            throw Refusal.badRequest(
                    "there is nothing to change; give \"weight\", \"state\" or both");
        }
        find(loadBalancer, name);
        try {
            if (state
                    != null) { // first, because a state can be refused and a checked weight cannot
                loadBalancer.setState(name, state);
            }
            if (weight != null) {
                loadBalancer.setWeight(name, weight);
            }
        } catch (NoSuchElementException e) { // removed just now
            throw Refusal.notFound(sentence(e));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw Refusal.conflict(sentence(e));
        }
        return show(name);
    }

    private Answer remove(String name) throws Refusal {
        find(loadBalancer, name);
        try {
            loadBalancer.removeBackend(name);
        } catch (NoSuchElementException e) {
            throw Refusal.notFound(sentence(e));
        } catch (IllegalStateException e) {
            throw Refusal.conflict(sentence(e));
        }
        return Answer.noContent();
    }

    private static BackendOptions options(ObjectNode wanted) throws Refusal {
        Json.onlyKeys(wanted, List.of("address", "weight", "backup", "max_conns"));
        String address = Json.text(wanted, "address", ADDRESSES);
        Integer weight = weight(wanted);
        Boolean backup = Json.bool(wanted, "backup");
        Integer maxConnections = Json.integer(wanted, "max_conns", 0, Integer.MAX_VALUE);
        if (address == null) {
            throw Refusal.badRequest("\"address\" is missing; it must be " + ADDRESSES);
        }
        return parse(address)
                .weight(Objects.requireNonNullElse(weight, BackendOptions.MIN_WEIGHT))
                .backup(Objects.requireNonNullElse(backup, false))
                .maxConnections(Objects.requireNonNullElse(maxConnections, 0));
    }

    private static BackendOptions parse(String address) throws Refusal {
        BackendOptions options;
        try {
            options = BackendOptions.parse(address);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(sentence(e));
        }
        if (!options.name()
                .equals(address)) { // the command line form, with weight or backup appended
            throw Refusal.badRequest(
                    "\"address\" is \""
                            + address
                            + "\"; it must be \""
                            + options.name()
                            + "\" alone, with \"weight\" and \"backup\" as separate keys");
        }
        return options;
    }

    private static Integer weight(ObjectNode wanted) throws Refusal {
        return Json.integer(wanted, "weight", BackendOptions.MIN_WEIGHT, BackendOptions.MAX_WEIGHT);
    }

    private static BackendState state(ObjectNode wanted) throws Refusal {
        String word = Json.text(wanted, "state", STATES);
        if (word == null) {
            return null;
        }
        for (BackendState state : BackendState.values()) {
            if (state.toString().equals(word)) {
                return state;
            }
        }
        throw Json.wrong("state", TextNode.valueOf(word), STATES);
    }

    static LoadBalancerStats.Backend find(LoadBalancer loadBalancer, String name) throws Refusal {
        List<LoadBalancerStats.Backend> backends = loadBalancer.stats().backends();
        for (LoadBalancerStats.Backend backend : backends) {
            if (backend.name().equals(name)) {
                return backend;
            }
        }
        List<String> names = backends.stream().map(LoadBalancerStats.Backend::name).toList();
        throw Refusal.notFound(
                "there is no backend \"" + name + "\"; there are " + String.join(", ", names));
    }

    /** The backends as a JSON array. */
    static ArrayNode list(List<LoadBalancerStats.Backend> backends) {
        ArrayNode list = Json.object().arrayNode(backends.size());
        backends.forEach(backend -> list.add(toJson(backend)));
        return list;
    }

    private static ObjectNode toJson(LoadBalancerStats.Backend backend) {
        return Json.object()
                .put("name", backend.name())
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

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String sentence(Exception e) {
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }
}
