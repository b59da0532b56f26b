package dev.eventloop.lb.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerStats;
import dev.eventloop.lb.WholeNumbers;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Lists, adds, changes and removes the backends of a pool. Paths without a pool mean the default
 * pool, or the only one.
 */
final class BackendsResource {
    private static final String BACKENDS = "/api/v1/backends";
    private static final String BACKENDS_OF_POOL = "/api/v1/pools/*/backends";
    private static final String ADDRESSES = "HOST:PORT, [IPV6]:PORT or unix:PATH";
    private static final String STATES = "\"up\", \"drain\" or \"down\"";

    private final LoadBalancer loadBalancer;
    private final Lookup lookup;

    BackendsResource(LoadBalancer loadBalancer) {
        this.loadBalancer = loadBalancer;
        this.lookup = new Lookup(loadBalancer);
    }

    void addTo(Routes routes) {
        for (String path : List.of(BACKENDS, BACKENDS_OF_POOL)) {
            routes.add("GET", path, this::list);
            routes.add("POST", path, this::add);
            routes.add("GET", path + "/*", this::show);
            routes.add("PATCH", path + "/*", this::change);
            routes.add("DELETE", path + "/*", this::remove);
        }
    }

    private LoadBalancerStats.Pool pool(Request request) throws Refusal {
        boolean named = request.part(2).equals("pools");
        return named ? lookup.pool(request.part(3)) : lookup.defaultPool();
    }

    private LoadBalancerStats.Backend backend(Request request) throws Refusal {
        return Lookup.backend(pool(request), request.lastPart());
    }

    private Answer list(Request request) throws Refusal {
        ObjectNode json = Json.object();
        json.set("backends", StatsJson.backends(pool(request).backends()));
        return Answer.json(200, json);
    }

    private Answer show(Request request) throws Refusal {
        return Answer.json(200, StatsJson.of(backend(request)));
    }

    private Answer add(Request request) throws Refusal {
        BackendOptions backend = options(request.json());
        String name = backend.name();
        String pool = pool(request).name();
        try {
            loadBalancer.addBackend(pool, backend);
        } catch (UnknownHostException e) {
            throw Refusal.badRequest(sentence(e));
        } catch (NoSuchElementException e) { // a reload has just removed the pool
            throw Refusal.notFound(sentence(e));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw Refusal.conflict(sentence(e));
        }
        Answer answer = Answer.json(201, StatsJson.of(Lookup.backend(lookup.pool(pool), name)));
        return answer.with(Map.of("Location", request.rawPath() + "/" + encoded(name)));
    }

    private Answer change(Request request) throws Refusal {
        ObjectNode wanted = request.json();
        Json.onlyKeys(wanted, List.of("weight", "state"));
        Integer weight = weight(wanted);
        BackendState state = state(wanted);
        if (weight == null && state == null) {
            throw Refusal.badRequest(
                    "there is nothing to change; give \"weight\", \"state\" or both");
        }
        LoadBalancerStats.Backend backend = backend(request);
        try {
            // The state first, because it can be refused and a checked weight cannot.
            if (state != null) {
                loadBalancer.setState(backend.pool(), backend.name(), state);
            }
            if (weight != null) {
                loadBalancer.setWeight(backend.pool(), backend.name(), weight);
            }
        } catch (NoSuchElementException e) { // removed just now
            throw Refusal.notFound(sentence(e));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw Refusal.conflict(sentence(e));
        }
        return show(request);
    }

    private Answer remove(Request request) throws Refusal {
        LoadBalancerStats.Backend backend = backend(request);
        try {
            loadBalancer.removeBackend(backend.pool(), backend.name());
        } catch (NoSuchElementException e) { // removed just now
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
        Integer maxConnections = Json.integer(wanted, "max_conns", 0, WholeNumbers.GREATEST);
        if (address == null) {
            throw Refusal.badRequest("\"address\" is missing; it must be " + ADDRESSES);
        }
        return parse(address)
                .weight(Objects.requireNonNullElse(weight, BackendOptions.DEFAULT_WEIGHT))
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

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String sentence(Exception e) {
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }
}
