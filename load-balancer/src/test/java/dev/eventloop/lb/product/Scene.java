package dev.eventloop.lb.product;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The configuration of a load balancer, independent of the product. */
public final class Scene {
    final List<BackendOptions> backends = new ArrayList<>();
    final Map<String, Integer> routes = new LinkedHashMap<>();
    final Set<Integer> down = new HashSet<>();
    final List<String> allowed = new ArrayList<>();
    final List<String> denied = new ArrayList<>();
    Algorithm algorithm = Algorithm.WEIGHTED_ROUND_ROBIN;
    int retries = 2;
    boolean checked;
    boolean closeWhenBackendFails;
    boolean bothFamilies;
    int perSource;
    int ratePerSource;
    ProxyProtocol sent;
    boolean accepted;

    private Scene() {}

    /** A scene with backends of weight 1 on these ports of 127.0.0.1. */
    public static Scene over(int... ports) {
        Scene scene = new Scene();
        for (int port : ports) {
            scene.and(backend(port));
        }
        return scene;
    }

    /** A backend of weight 1 on a port of 127.0.0.1. */
    public static BackendOptions backend(int port) {
        return BackendOptions.of("127.0.0.1", port);
    }

    /** Adds a backend. */
    public Scene and(BackendOptions backend) {
        backends.add(backend);
        return this;
    }

    /**
     * Sends clients that ask for this TLS server name, or one below it with {@code *.}, to the port
     * of a server that is none of the backends. An exact name must come before a wildcard.
     */
    public Scene route(String serverName, int port) {
        routes.put(serverName, port);
        return this;
    }

    /** Sets the backend on this port to maintenance. */
    public Scene down(int port) {
        down.add(port);
        return this;
    }

    public Scene algorithm(Algorithm algorithm) {
        this.algorithm = algorithm;
        return this;
    }

    /** How many other backends to try if a connect fails. */
    public Scene retries(int retries) {
        this.retries = retries;
        return this;
    }

    /**
     * Turns on frequent health checks with thresholds of 1. A product without checks retries an
     * unreachable backend after a second.
     */
    public Scene checked() {
        this.checked = true;
        return this;
    }

    /** Closes the connections of a backend when a check marks it down. */
    public Scene closeWhenBackendFails() {
        this.closeWhenBackendFails = true;
        return this;
    }

    /** Listens on 127.0.0.1 and on ::1. */
    public Scene bothFamilies() {
        this.bothFamilies = true;
        return this;
    }

    public Scene allow(String range) {
        allowed.add(range);
        return this;
    }

    public Scene deny(String range) {
        denied.add(range);
        return this;
    }

    /** Limits the open connections of a source. */
    public Scene perSource(int connections) {
        this.perSource = connections;
        return this;
    }

    /** Limits the new connections of a source in a minute. */
    public Scene ratePerSource(int connections) {
        this.ratePerSource = connections;
        return this;
    }

    /** Sends PROXY headers to backends. */
    public Scene sends(ProxyProtocol version) {
        this.sent = version;
        return this;
    }

    /** Requires a PROXY header from clients. */
    public Scene acceptsProxyProtocol() {
        this.accepted = true;
        return this;
    }
}
