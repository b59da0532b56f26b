package dev.eventloop.lb;

import static dev.eventloop.lb.FrontendOptions.first;

import dev.eventloop.lb.pool.HealthOptions;
import dev.eventloop.lb.pool.PoolSettings;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A pool: a set of backends, and how they are picked, connected to and checked. A setting that is
 * not set here has the default of {@link LoadBalancerBuilder}. Not thread-safe.
 *
 * <p>Every method throws {@link IllegalArgumentException}, with a sentence that names the value and
 * what would be right.
 */
public final class PoolOptions {
    private final Map<String, BackendOptions> backends = new LinkedHashMap<>();
    private final List<BackendSource> sources = new ArrayList<>();
    private Algorithm algorithm;
    private Integer retries;
    private Duration connectTimeout;
    private Integer maxConnectionsPerBackend;
    private Duration healthCheck;
    private Integer healthFall;
    private Integer healthRise;
    private Duration slowStart;
    private Boolean closeWhenBackendFails;
    private ProxyProtocol sendProxyProtocol;
    private Duration retryInterval;
    private Boolean closeBackups;

    PoolOptions() {}

    /** A backend of weight 1. */
    public PoolOptions backend(String host, int port) {
        return backend(BackendOptions.of(host, port));
    }

    /**
     * A backend.
     *
     * @param host a name, which is looked up once, by {@link LoadBalancerBuilder#start}, or an IPv4
     *     or IPv6 address
     * @param port 1 to 65535
     * @param weight 0 to 256: its share of the connections; 0 for no new ones
     */
    public PoolOptions backend(String host, int port, int weight) {
        return backend(BackendOptions.of(host, port).weight(weight));
    }

    /** A backend that listens on a unix-domain socket. */
    public PoolOptions backend(UnixDomainSocketAddress address, int weight) {
        return backend(BackendOptions.of(address).weight(weight));
    }

    /** A backend. */
    public PoolOptions backend(BackendOptions backend) {
        if (backends.putIfAbsent(backend.name(), backend) != null) {
            throw new IllegalArgumentException(
                    "backend "
                            + backend.name()
                            + " is given twice; give it once, with a higher weight");
        }
        return this;
    }

    /** A source of backends; closed with the load balancer. */
    public PoolOptions backends(BackendSource source) {
        for (BackendSource other : sources) {
            if (other.name().equals(source.name())) {
                throw new IllegalArgumentException(
                        "backends " + source.name() + " are given twice; give them once");
            }
        }
        sources.add(source);
        return this;
    }

    /** How backends are picked; {@link Algorithm#WEIGHTED_ROUND_ROBIN} by default. */
    public PoolOptions algorithm(Algorithm algorithm) {
        this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
        return this;
    }

    /**
     * How many further attempts are made when a connect fails, each with another backend; 2 by
     * default. See {@link #retryInterval}.
     */
    public PoolOptions retries(int retries) {
        this.retries = Amounts.notNegative(retries, "the number of retries");
        return this;
    }

    /**
     * The pause before backends are tried again, once each that could be picked has been tried, or
     * if there is none: while {@link #retries} are left. Zero, the default: none is tried twice.
     */
    public PoolOptions retryInterval(Duration time) {
        this.retryInterval = Amounts.notNegative(time, "the pause between retries");
        return this;
    }

    /** How long a backend may take to accept a connection; 5 s by default. */
    public PoolOptions connectTimeout(Duration time) {
        this.connectTimeout = Amounts.positive(time, "the connect timeout");
        return this;
    }

    /**
     * The limit of open connections to each backend that has no limit of its own; zero, the
     * default, for none. A client that finds all backends full is reset.
     */
    public PoolOptions maxConnectionsPerBackend(int connections) {
        this.maxConnectionsPerBackend =
                Amounts.notNegative(connections, "the limit of connections per backend");
        return this;
    }

    /** How often backends are checked; 2 s by default. Zero: only backends that are down. */
    public PoolOptions healthCheck(Duration interval) {
        this.healthCheck = Amounts.notNegative(interval, "the interval of health checks");
        return this;
    }

    /** After how many failed checks or connects in a row a backend is down; 3 by default. */
    public PoolOptions healthFall(int failures) {
        this.healthFall =
                Amounts.positive(failures, "the number of failures until a backend is down");
        return this;
    }

    /** After how many checks in a row a backend is up again; 2 by default. */
    public PoolOptions healthRise(int successes) {
        this.healthRise =
                Amounts.positive(successes, "the number of successes until a backend is up");
        return this;
    }

    /**
     * How long a backend that is up again, or is added to others, takes to get its full share; 10 s
     * by default.
     */
    public PoolOptions slowStart(Duration time) {
        this.slowStart = Amounts.notNegative(time, "the slow start");
        return this;
    }

    /** Whether connections are closed when their backend goes down; not by default. */
    public PoolOptions closeWhenBackendFails(boolean close) {
        this.closeWhenBackendFails = close;
        return this;
    }

    /**
     * Whether connections to backups are closed when a primary is up again, so that they move back
     * to it; not by default.
     */
    public PoolOptions closeBackupsWhenPrimaryIsUp(boolean close) {
        this.closeBackups = close;
        return this;
    }

    /** Sends a PROXY header of this version to backends; none by default. */
    public PoolOptions sendProxyProtocol(ProxyProtocol version) {
        this.sendProxyProtocol = Objects.requireNonNull(version, "version");
        return this;
    }

    /** The settings; what is not set here has the defaults of all pools. */
    PoolSettings settings(PoolOptions defaults) {
        return new PoolSettings(
                first(algorithm, defaults.algorithm, Algorithm.WEIGHTED_ROUND_ROBIN),
                first(retries, defaults.retries, 2),
                first(connectTimeout, defaults.connectTimeout, Duration.ofSeconds(5)),
                first(maxConnectionsPerBackend, defaults.maxConnectionsPerBackend, 0),
                first(closeWhenBackendFails, defaults.closeWhenBackendFails, false),
                health(defaults),
                first(sendProxyProtocol, defaults.sendProxyProtocol, null),
                first(retryInterval, defaults.retryInterval, Duration.ZERO),
                first(closeBackups, defaults.closeBackups, false));
    }

    private HealthOptions health(PoolOptions defaults) {
        return new HealthOptions(
                first(healthCheck, defaults.healthCheck, Duration.ofSeconds(2)),
                first(connectTimeout, defaults.connectTimeout, Duration.ofSeconds(5)),
                first(healthFall, defaults.healthFall, 3),
                first(healthRise, defaults.healthRise, 2),
                first(slowStart, defaults.slowStart, Duration.ofSeconds(10)));
    }

    List<BackendOptions> backends() {
        return List.copyOf(backends.values());
    }

    List<BackendSource> sources() {
        return sources;
    }

    boolean isEmpty() {
        return backends.isEmpty() && sources.isEmpty();
    }
}
