package dev.eventloop.lb.product;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a load balancer shall do, before any product's own words for it. */
public final class Scene {
    final List<BackendOptions> backends = new ArrayList<>();
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

    /** Backends on these ports of 127.0.0.1, of weight 1. */
    public static Scene over(int... ports) {
        Scene scene = new Scene();
        for (int port : ports) {
            scene.and(backend(port));
        }
        return scene;
    }

    /** A backend on a port of 127.0.0.1, to be described further. */
    public static BackendOptions backend(int port) {
        return BackendOptions.of("127.0.0.1", port);
    }

    /** One more backend. */
    public Scene and(BackendOptions backend) {
        backends.add(backend);
        return this;
    }

    /** The operator has taken this backend out. */
    public Scene down(int port) {
        down.add(port);
        return this;
    }

    public Scene algorithm(Algorithm algorithm) {
        this.algorithm = algorithm;
        return this;
    }

    /** Other backends that are tried when a connect fails. */
    public Scene retries(int retries) {
        this.retries = retries;
        return this;
    }

    /**
     * Backends are checked, often, and one failure or success tells; where a product has no checks,
     * what was not reached is tried again a second later.
     */
    public Scene checked() {
        this.checked = true;
        return this;
    }

    /** Connections end when a check finds their backend down. */
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

    /** The most connections of a source at a time. */
    public Scene perSource(int connections) {
        this.perSource = connections;
        return this;
    }

    /** The most connections of a source in a minute. */
    public Scene ratePerSource(int connections) {
        this.ratePerSource = connections;
        return this;
    }

    /** Sends a PROXY header. */
    public Scene sends(ProxyProtocol version) {
        this.sent = version;
        return this;
    }

    /** Wants a PROXY header. */
    public Scene acceptsProxyProtocol() {
        this.accepted = true;
        return this;
    }
}
