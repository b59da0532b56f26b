package dev.eventloop.lb;

import dev.eventloop.lb.access.AccessRules;
import dev.eventloop.lb.access.Cidr;
import dev.eventloop.lb.access.SourceLimits;
import dev.eventloop.lb.access.SourcePrefix;
import dev.eventloop.lb.frontend.FrontendSettings;
import dev.eventloop.lb.lookup.HostLookup;
import dev.eventloop.lb.preface.Route;
import dev.eventloop.lb.preface.ServerNamePattern;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A frontend: the addresses to listen on, the clients to accept, and the pools they go to. A
 * setting that is not set here has the default of {@link LoadBalancerBuilder}. Not thread-safe.
 *
 * <p>Every method throws {@link IllegalArgumentException}, with a sentence that names the value and
 * what would be right.
 */
public final class FrontendOptions {
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final List<Route<String>> routes = new ArrayList<>();
    private List<Cidr> allowed;
    private List<Cidr> denied;
    private String pool;
    private AcceptMode acceptMode;
    private Integer maxClients;
    private Duration idleTimeout;
    private Duration halfCloseTimeout;
    private Duration prefaceTimeout;
    private Duration maxAge;
    private Integer maxAgeJitter;
    private Boolean logEmpty;
    private Splice splice;
    private Integer maxConnectionsPerSource;
    private Integer maxRatePerSource;
    private Duration ratePeriod;
    private SourcePrefix sourcePrefix;
    private Boolean acceptProxyProtocol;
    private List<Cidr> proxies;

    FrontendOptions() {}

    /**
     * Listens on a port of one address; may be called more than once. Port 0 picks a free one.
     * {@code "::"} takes IPv4 clients as well, unless an IPv4 address with the same port is
     * listened on.
     */
    public FrontendOptions listen(String host, int port) {
        InetSocketAddress address = address(host, port);
        if (port != 0 && addresses.contains(address)) {
            throw new IllegalArgumentException(
                    "the address " + Names.of(host, port) + " is given twice; give it once");
        }
        addresses.add(address);
        return this;
    }

    /** As {@link #listen}, in place of what was given before. */
    FrontendOptions listenOnly(String host, int port) {
        InetSocketAddress address = address(host, port);
        addresses.clear();
        addresses.add(address);
        return this;
    }

    private static InetSocketAddress address(String host, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "port " + port + " to listen on is not from 0 to 65535");
        }
        if (host.isBlank()) { // Java resolves it to the loopback address
            throw new IllegalArgumentException(
                    "the address to listen on is empty; give one, such as 0.0.0.0");
        }
        return HostLookup.addressToListenOn(host, port);
    }

    /** The pool for clients that match no route. */
    public FrontendOptions pool(String name) {
        this.pool = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Sends clients to a pool by the server name in their TLS ClientHello (SNI).
     *
     * @param serverName {@code "www.example.org"}, or {@code "*.example.org"} for all names below
     *     it; an exact name comes before a wildcard, and a longer wildcard before a shorter one
     */
    public FrontendOptions route(String serverName, String pool) {
        return route(serverName, null, pool);
    }

    /**
     * As {@link #route(String, String)}, by the ALPN protocol as well.
     *
     * @param serverName null for any name, and for clients that send none
     * @param protocol the one that the client must offer, such as {@code "h2"}; null for any
     */
    public FrontendOptions route(String serverName, String protocol, String pool) {
        ServerNamePattern pattern = serverName == null ? null : ServerNamePattern.parse(serverName);
        routes.add(new Route<>(pattern, protocol, pool));
        return this;
    }

    /** How threads share the clients; {@link AcceptMode#REUSEPORT} by default. */
    public FrontendOptions acceptMode(AcceptMode mode) {
        this.acceptMode = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /** The limit of open clients; others wait. By default what the limit of open files allows. */
    public FrontendOptions maxClients(int maxClients) {
        this.maxClients = Amounts.positive(maxClients, "the number of clients");
        return this;
    }

    /** How long a connection may move no byte; zero for no limit, 60 s by default. */
    public FrontendOptions idleTimeout(Duration time) {
        this.idleTimeout = Amounts.notNegative(time, "the idle timeout");
        return this;
    }

    /** The idle timeout once one side has sent EOF; 30 s by default. */
    public FrontendOptions halfCloseTimeout(Duration time) {
        this.halfCloseTimeout = Amounts.positive(time, "the half-close timeout");
        return this;
    }

    /** How long a client may take to send its PROXY header and ClientHello; 5 s by default. */
    public FrontendOptions prefaceTimeout(Duration time) {
        this.prefaceTimeout = Amounts.positive(time, "the preface timeout");
        return this;
    }

    /** How long a connection may be open, however busy; zero, the default, for no limit. */
    public FrontendOptions maxConnectionAge(Duration time) {
        this.maxAge = Amounts.notNegative(time, "the greatest age of a connection");
        return this;
    }

    /**
     * By which part of the greatest age a connection may end earlier, 0 to 100 percent; 10 by
     * default. Each has its own, so that those that were opened together do not end together.
     */
    public FrontendOptions maxConnectionAgeJitter(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException(
                    "the jitter of the greatest age is "
                            + percent
                            + " percent; it must be from 0 to 100");
        }
        this.maxAgeJitter = percent;
        return this;
    }

    /**
     * Whether the access log has a line for the end of a connection whose client closed or reset it
     * without having sent a byte, apart from a PROXY header; so by default.
     */
    public FrontendOptions logEmpty(boolean log) {
        this.logEmpty = log;
        return this;
    }

    /** Whether bytes are spliced; {@link Splice#AUTO} by default. */
    public FrontendOptions splice(Splice splice) {
        this.splice = Objects.requireNonNull(splice, "whether to splice");
        return this;
    }

    /** The most connections at a time from one address; zero, the default, for no limit. */
    public FrontendOptions maxConnectionsPerSource(int connections) {
        this.maxConnectionsPerSource =
                Amounts.notNegative(connections, "the limit of connections per source");
        return this;
    }

    /** The most connections that one address may open in a period; zero for no limit. */
    public FrontendOptions maxRatePerSource(int connections, Duration period) {
        this.maxRatePerSource =
                Amounts.notNegative(connections, "the limit of the rate per source");
        this.ratePeriod = Amounts.positive(period, "the period of the rate per source");
        return this;
    }

    /**
     * Which addresses are one source for these limits: those that have this many bits in common; 32
     * and 64 by default, since one subscriber has an IPv6 /64.
     *
     * @param v4 bits of an IPv4 address, 1 to 32
     * @param v6 bits of an IPv6 address, 1 to 128
     */
    public FrontendOptions sourcePrefix(int v4, int v6) {
        this.sourcePrefix = new SourcePrefix(v4, v6);
        return this;
    }

    /**
     * Accepts only clients in this range, {@code "10.0.0.0/8"} or {@code "::1"}, or in another
     * allowed one.
     */
    public FrontendOptions allow(String range) {
        allowed = allowed == null ? new ArrayList<>() : allowed;
        allowed.add(Cidr.parse(range));
        return this;
    }

    /** Refuses clients in this range, even if an allowed range contains them. */
    public FrontendOptions deny(String range) {
        denied = denied == null ? new ArrayList<>() : denied;
        denied.add(Cidr.parse(range));
        return this;
    }

    /**
     * Whether each client must first send a PROXY header, of either version; or, if there are
     * {@link #proxyProtocolFrom} ranges, each client in one of these.
     */
    public FrontendOptions acceptProxyProtocol(boolean accept) {
        this.acceptProxyProtocol = accept;
        return this;
    }

    /**
     * Expects a PROXY header only from clients in this range, {@code "10.0.0.0/8"} or {@code
     * "::1"}, or in another such one. From other clients none is read, and the address of their
     * socket counts. Has an effect with {@link #acceptProxyProtocol} only.
     */
    public FrontendOptions proxyProtocolFrom(String range) {
        proxies = proxies == null ? new ArrayList<>() : proxies;
        proxies.add(Cidr.parse(range));
        return this;
    }

    /** The settings; what is not set here has the defaults of all frontends. */
    FrontendSettings settings(FrontendOptions defaults) {
        return new FrontendSettings(
                addresses,
                first(acceptMode, defaults.acceptMode, AcceptMode.REUSEPORT),
                first(maxClients, defaults.maxClients, 0),
                first(idleTimeout, defaults.idleTimeout, Duration.ofSeconds(60)),
                first(halfCloseTimeout, defaults.halfCloseTimeout, Duration.ofSeconds(30)),
                first(prefaceTimeout, defaults.prefaceTimeout, Duration.ofSeconds(5)),
                first(maxAge, defaults.maxAge, Duration.ZERO),
                first(maxAgeJitter, defaults.maxAgeJitter, 10),
                first(logEmpty, defaults.logEmpty, true),
                first(splice, defaults.splice, Splice.AUTO),
                new AccessRules(
                        first(allowed, defaults.allowed, List.of()),
                        first(denied, defaults.denied, List.of())),
                limits(defaults),
                first(acceptProxyProtocol, defaults.acceptProxyProtocol, false),
                new AccessRules(first(proxies, defaults.proxies, List.of()), List.of()));
    }

    private SourceLimits.Limits limits(FrontendOptions defaults) {
        return new SourceLimits.Limits(
                first(maxConnectionsPerSource, defaults.maxConnectionsPerSource, 0),
                first(maxRatePerSource, defaults.maxRatePerSource, 0),
                first(ratePeriod, defaults.ratePeriod, Duration.ofSeconds(1)).toNanos(),
                first(sourcePrefix, defaults.sourcePrefix, SourcePrefix.DEFAULT));
    }

    static <T> T first(T own, T inherited, T otherwise) {
        T set = own == null ? inherited : own;
        return set == null ? otherwise : set;
    }

    List<InetSocketAddress> addresses() {
        return addresses;
    }

    List<Route<String>> routes() {
        return routes;
    }

    /** Null if there is none. */
    String pool() {
        return pool;
    }
}
