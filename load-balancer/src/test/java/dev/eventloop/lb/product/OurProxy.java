package dev.eventloop.lb.product;

import dev.eventloop.fixture.Await;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.LoadBalancerStats;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;

/** This load balancer. */
final class OurProxy implements RunningProxy {
    private static final Duration CHECK = Duration.ofMillis(50);

    private final LoadBalancer lb;
    private final StringWriter log;

    private OurProxy(LoadBalancer lb, StringWriter log) {
        this.lb = lb;
        this.log = log;
    }

    static OurProxy start(Scene scene) throws Exception {
        StringWriter log = new StringWriter();
        LoadBalancerBuilder builder =
                LoadBalancer.builder()
                        .listen(scene.bothFamilies ? "::" : "127.0.0.1", 0)
                        .threads(2)
                        .algorithm(scene.algorithm)
                        .retries(scene.retries)
                        .healthCheck(scene.checked ? CHECK : Duration.ZERO)
                        .closeWhenBackendFails(scene.closeWhenBackendFails)
                        .maxConnectionsPerSource(scene.perSource)
                        .maxRatePerSource(scene.ratePerSource, Duration.ofMinutes(1))
                        .acceptProxyProtocol(scene.accepted)
                        .accessLog(log);
        if (scene.sent != null) {
            builder.sendProxyProtocol(scene.sent);
        }
        if (scene.checked) {
            builder.healthFall(1).healthRise(1).slowStart(Duration.ZERO);
        }
        scene.routes.forEach(
                (name, port) ->
                        builder.route(name, "r" + port)
                                .pool("r" + port, pool -> pool.backend("127.0.0.1", port)));
        scene.backends.forEach(builder::backend);
        scene.allowed.forEach(builder::allow);
        scene.denied.forEach(builder::deny);
        OurProxy proxy = new OurProxy(builder.start(), log);
        for (int port : scene.down) {
            proxy.use(port, false);
        }
        return proxy;
    }

    @Override
    public int port() {
        return lb.port();
    }

    @Override
    public void awaitHealth(int backendPort, boolean up) throws Exception {
        Await.until(
                "the backend has changed its health",
                () ->
                        lb.stats().backends().stream()
                                .filter(b -> b.name().equals(name(backendPort)))
                                .allMatch(b -> b.healthy() == up));
    }

    @Override
    public void awaitActive(int connections) throws Exception {
        Await.equal(connections, () -> lb.stats().active());
        Await.equal(
                connections,
                () ->
                        lb.stats().backends().stream()
                                .mapToInt(LoadBalancerStats.Backend::active)
                                .sum());
    }

    @Override
    public void awaitQueued(int clients) {
        throw new UnsupportedOperationException("this load balancer does not queue clients");
    }

    @Override
    public void use(int backendPort, boolean used) {
        lb.setState(name(backendPort), used ? BackendState.UP : BackendState.DOWN);
    }

    private static String name(int backendPort) {
        return BackendOptions.of("127.0.0.1", backendPort).name();
    }

    @Override
    public List<LogLine> log(int lines) throws Exception {
        Await.until(lines + " lines are logged", () -> log.toString().lines().count() >= lines);
        return log.toString().lines().map(LogLine::parse).toList();
    }

    @Override
    public void close() {
        lb.close();
    }
}
