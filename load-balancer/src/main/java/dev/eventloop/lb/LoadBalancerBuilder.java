package dev.eventloop.lb;

import dev.eventloop.Capability;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.lb.access.AccessRules;
import dev.eventloop.lb.access.Cidr;
import dev.eventloop.lb.access.SourceLimits;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import dev.eventloop.lb.upstream.Attempts;
import dev.eventloop.lb.upstream.Backend;
import dev.eventloop.lb.upstream.HealthOptions;
import dev.eventloop.lb.upstream.Picker;
import dev.eventloop.lb.upstream.Upstream;
import dev.eventloop.libc.CpuAffinity;
import dev.eventloop.libc.OpenFileLimit;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a {@link LoadBalancer} shall be. Not for use by several threads at a time.
 *
 * <p>Every method throws {@link IllegalArgumentException}, with a sentence that names the value and
 * what would be right, for what can be seen to be wrong at once; {@link #start} for the rest.
 */
public final class LoadBalancerBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    /** The most threads. */
    public static final int MAX_THREADS = 1024;

    /** 10.0.0.1 as an IPv4-mapped IPv6 address, for {@link #firstPicks}. */
    private static final long FIRST_SOURCE = 0xffff_0a00_0001L;

    /** Files that the JVM and the program around have open besides connections. */
    private static final int OTHER_FILES = 96;

    private final List<BackendOptions> backends = new ArrayList<>();
    private final List<BackendSource> sources = new ArrayList<>();
    private final List<Cidr> allowed = new ArrayList<>();
    private final List<Cidr> denied = new ArrayList<>();
    private final List<ConnectionListener> listeners = new ArrayList<>();
    private InetSocketAddress address;
    private Algorithm algorithm = Algorithm.WEIGHTED_ROUND_ROBIN;
    private int threads = Runtime.getRuntime().availableProcessors();
    private boolean pinThreads;
    private AcceptMode acceptMode = AcceptMode.REUSEPORT;
    private int maxClients;
    private int retries = 2;
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration halfCloseTimeout = Duration.ofSeconds(30);
    private String eventBackend;
    private Duration maxAge = Duration.ZERO;
    private Splice splice = Splice.AUTO;
    private int maxConnectionsPerBackend;
    private int maxConnectionsPerSource;
    private int maxRatePerSource;
    private Duration ratePeriod = Duration.ofSeconds(1);
    private Duration healthCheck = Duration.ofSeconds(2);
    private int healthFall = 3;
    private int healthRise = 2;
    private Duration slowStart = Duration.ofSeconds(10);
    private boolean closeWhenBackendFails;
    private ProxyProtocol sendProxyProtocol;
    private boolean acceptProxyProtocol;
    private Writer accessLog;
    private AccessLogFormat accessLogFormat = AccessLogFormat.TEXT;

    LoadBalancerBuilder() {}

    /**
     * Listens on a port of all IPv4 addresses; 0 picks a free one, see {@link LoadBalancer#port}.
     */
    public LoadBalancerBuilder listen(int port) {
        return listen("0.0.0.0", port);
    }

    /** Listens on a port of one address. */
    public LoadBalancerBuilder listen(String host, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "port " + port + " to listen on is not from 0 to 65535");
        }
        if (host.isBlank()) { // which Java takes for the loopback address
            throw new IllegalArgumentException(
                    "the address to listen on is empty; give one, such as 0.0.0.0");
        }
        address = new InetSocketAddress(host, port);
        return this;
    }

    /** A backend of weight 1. */
    public LoadBalancerBuilder backend(String host, int port) {
        return backend(BackendOptions.of(host, port));
    }

    /**
     * A backend.
     *
     * @param host a name, which is looked up once, by {@link #start}, or an IPv4 or IPv6 address
     * @param port 1 to 65535
     * @param weight 1 to 256: its share of the connections
     */
    public LoadBalancerBuilder backend(String host, int port, int weight) {
        return backend(BackendOptions.of(host, port).weight(weight));
    }

    /** A backend that listens on a unix-domain socket. */
    public LoadBalancerBuilder backend(UnixDomainSocketAddress address, int weight) {
        return backend(BackendOptions.of(address).weight(weight));
    }

    /** A backend. */
    public LoadBalancerBuilder backend(BackendOptions backend) {
        for (BackendOptions other : backends) {
            if (other.name().equals(backend.name())) {
                throw new IllegalArgumentException(
                        "backend "
                                + backend.name()
                                + " is given twice; give it once, with a higher weight");
            }
        }
        backends.add(backend);
        return this;
    }

    /** Backends that come and go by themselves; closed in the end. */
    public LoadBalancerBuilder backends(BackendSource source) {
        for (BackendSource other : sources) {
            if (other.name().equals(source.name())) {
                throw new IllegalArgumentException(
                        "backends " + source.name() + " are given twice; give them once");
            }
        }
        sources.add(source);
        return this;
    }

    /** How backends are picked; {@link Algorithm#WEIGHTED_ROUND_ROBIN} unless said otherwise. */
    public LoadBalancerBuilder algorithm(Algorithm algorithm) {
        this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
        return this;
    }

    /** Threads, each with a loop of its own; one a core unless said otherwise. */
    public LoadBalancerBuilder threads(int threads) {
        this.threads = Amounts.positive(threads, "the number of threads");
        if (threads > MAX_THREADS) {
            throw new IllegalArgumentException(
                    "the number of threads is "
                            + threads
                            + "; it must not be more than "
                            + MAX_THREADS);
        }
        return this;
    }

    /**
     * Whether each thread stays on a core of its own, out of those that this process may use; with
     * more threads than cores they begin again at the first. Not unless said otherwise: it helps
     * where the machine does nothing else, and hurts where it does.
     *
     * @throws IllegalArgumentException if this system cannot do that
     */
    public LoadBalancerBuilder pinThreads(boolean pin) {
        String why = CpuAffinity.unavailableBecause();
        if (pin && why != null) {
            throw new IllegalArgumentException(
                    "threads cannot be pinned here: " + why + "; leave that out");
        }
        this.pinThreads = pin;
        return this;
    }

    /** How threads share the clients; {@link AcceptMode#REUSEPORT} unless said otherwise. */
    public LoadBalancerBuilder acceptMode(AcceptMode mode) {
        this.acceptMode = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * The most clients at a time; others wait. As many as open files allow unless said otherwise.
     */
    public LoadBalancerBuilder maxClients(int maxClients) {
        this.maxClients = Amounts.positive(maxClients, "the number of clients");
        return this;
    }

    /** How many other backends are tried when a connect fails; 2 unless said otherwise. */
    public LoadBalancerBuilder retries(int retries) {
        if (retries < 0) {
            throw new IllegalArgumentException(
                    "the number of retries is " + retries + "; it must be 0 or more");
        }
        this.retries = retries;
        return this;
    }

    /** How long no byte may move before a connection is closed; 60 s unless said otherwise. */
    public LoadBalancerBuilder idleTimeout(Duration time) {
        this.idleTimeout = Amounts.positive(time, "the idle timeout");
        return this;
    }

    /** How long a backend may take to accept a connection; 5 s unless said otherwise. */
    public LoadBalancerBuilder connectTimeout(Duration time) {
        this.connectTimeout = Amounts.positive(time, "the connect timeout");
        return this;
    }

    /** The idle timeout once one side has ended; 30 s unless said otherwise. */
    public LoadBalancerBuilder halfCloseTimeout(Duration time) {
        this.halfCloseTimeout = Amounts.positive(time, "the half-close timeout");
        return this;
    }

    /** How long a connection may be open, however busy; zero, which is the default, for ever. */
    public LoadBalancerBuilder maxConnectionAge(Duration time) {
        this.maxAge = Amounts.notNegative(time, "the greatest age of a connection");
        return this;
    }

    /**
     * The most connections at a time to each backend that has no limit of its own; zero, which is
     * the default, for no limit. Who finds all backends full is turned away.
     */
    public LoadBalancerBuilder maxConnectionsPerBackend(int connections) {
        this.maxConnectionsPerBackend =
                Amounts.notNegative(connections, "the limit of connections per backend");
        return this;
    }

    /**
     * The most connections at a time from one address; zero, which is the default, for no limit.
     */
    public LoadBalancerBuilder maxConnectionsPerSource(int connections) {
        this.maxConnectionsPerSource =
                Amounts.notNegative(connections, "the limit of connections per source");
        return this;
    }

    /**
     * The most connections that one address may open in any such period; zero, which is the
     * default, for no limit.
     */
    public LoadBalancerBuilder maxRatePerSource(int connections, Duration period) {
        this.maxRatePerSource =
                Amounts.notNegative(connections, "the limit of the rate per source");
        this.ratePeriod = Amounts.positive(period, "the period of the rate per source");
        return this;
    }

    /**
     * How often backends are checked; 2 s unless said otherwise. Zero: only those that are down
     * are.
     */
    public LoadBalancerBuilder healthCheck(Duration interval) {
        this.healthCheck = Amounts.notNegative(interval, "the interval of health checks");
        return this;
    }

    /** After how many failed checks or connects in a row a backend is down; 3 unless said. */
    public LoadBalancerBuilder healthFall(int failures) {
        this.healthFall =
                Amounts.positive(failures, "the number of failures until a backend is down");
        return this;
    }

    /** After how many checks in a row a backend is up again; 2 unless said otherwise. */
    public LoadBalancerBuilder healthRise(int successes) {
        this.healthRise =
                Amounts.positive(successes, "the number of successes until a backend is up");
        return this;
    }

    /** Over how long a backend that is up again gets its share back; 10 s unless said otherwise. */
    public LoadBalancerBuilder slowStart(Duration time) {
        this.slowStart = Amounts.notNegative(time, "the slow start");
        return this;
    }

    /** Whether bytes are spliced; {@link Splice#AUTO} unless said otherwise. */
    public LoadBalancerBuilder splice(Splice splice) {
        this.splice = Objects.requireNonNull(splice, "whether to splice");
        return this;
    }

    /**
     * Whether connections end when their backend goes down; they are kept unless said otherwise.
     */
    public LoadBalancerBuilder closeWhenBackendFails(boolean close) {
        this.closeWhenBackendFails = close;
        return this;
    }

    /**
     * Lets in who is in this range, {@code "10.0.0.0/8"} or {@code "::1"}, and nobody else but who
     * is in another such range. All are, where there is none.
     */
    public LoadBalancerBuilder allow(String range) {
        allowed.add(Cidr.parse(range));
        return this;
    }

    /** Lets nobody in who is in this range, even if another one allows it. */
    public LoadBalancerBuilder deny(String range) {
        denied.add(Cidr.parse(range));
        return this;
    }

    /** Tells backends who the client is, by a PROXY header of this version; not unless said so. */
    public LoadBalancerBuilder sendProxyProtocol(ProxyProtocol version) {
        this.sendProxyProtocol = Objects.requireNonNull(version, "version");
        return this;
    }

    /**
     * Whether each client begins with a PROXY header, of either version, that says who it is. Who
     * does not, or takes longer than 5 s for it, is turned away.
     */
    public LoadBalancerBuilder acceptProxyProtocol(boolean accept) {
        this.acceptProxyProtocol = accept;
        return this;
    }

    /** Who hears of connections. */
    public LoadBalancerBuilder connectionListener(ConnectionListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** How lines of the access log look; as text unless said otherwise. */
    public LoadBalancerBuilder accessLogFormat(AccessLogFormat format) {
        this.accessLogFormat = Objects.requireNonNull(format, "format");
        return this;
    }

    /** The event loop's backend, such as {@code "epoll"}; the best one unless said otherwise. */
    public LoadBalancerBuilder eventBackend(String name) {
        this.eventBackend = Objects.requireNonNull(name, "name");
        return this;
    }

    /** Where a line per connection is written, by a thread of its own; not closed in the end. */
    public LoadBalancerBuilder accessLog(Writer writer) {
        this.accessLog = Objects.requireNonNull(writer, "writer");
        return this;
    }

    /**
     * Looks up the names, listens, and runs.
     *
     * @throws UnknownHostException if a backend's name is not known
     * @throws IOException if the port is in use or not allowed
     */
    public LoadBalancer start() throws IOException {
        return open(Surroundings.ofThisMachine()).run();
    }

    /** All of {@link #start} but the threads. */
    LoadBalancer open(Surroundings surroundings) throws IOException {
        Settings settings = settings();
        List<Backend> resolved = resolve(settings);
        AccessLog log = accessLog == null ? null : new AccessLog(accessLog, accessLogFormat);
        try {
            return new LoadBalancer(this, settings, resolved, surroundings, log);
        } catch (IOException | RuntimeException e) {
            if (log != null) {
                log.close();
            }
            throw e;
        }
    }

    /**
     * All that {@link #start} does before it listens: whatever is wrong is thrown here as there.
     *
     * @throws UnknownHostException if a backend's name is not known
     */
    public void check() throws UnknownHostException {
        resolve(settings()).forEach(Backend::remove);
        try (EventLoop loop = EventLoop.create(loopOptions())) {
            warnOfWhatIsMissingIn(loop);
        }
    }

    /**
     * As {@link #start} would use it: the names of the backends that are picked for the first short
     * connections, each from another address.
     */
    public List<String> firstPicks(int count) {
        Picker.Kind kind = algorithm.pickers(0);
        List<String> picks = new ArrayList<>();
        try (Upstream upstream = new Upstream(kind, healthOptions(), () -> 0)) {
            for (BackendOptions backend : backends) {
                upstream.add(
                        backendAt(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                                backend,
                                0));
            }
            Attempts none = new Attempts();
            for (int i = 0; i < count && !backends.isEmpty(); i++) {
                Backend backend = upstream.pick(none, 0, FIRST_SOURCE + i);
                picks.add(backend.name());
                backend.release();
            }
        }
        return picks;
    }

    Settings settings() {
        if (address == null) {
            throw new IllegalArgumentException("there is no port to listen on");
        }
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "the host " + address.getHostString() + " to listen on is unknown");
        }
        if (backends.isEmpty() && sources.isEmpty()) {
            throw new IllegalArgumentException("there is no backend; at least one is needed");
        }
        return new Settings(
                address,
                threads,
                pinThreads,
                acceptMode,
                maxClients > 0 ? maxClients : clientsAllowedBy(OpenFileLimit.raise()),
                eventBackend,
                algorithm,
                retries,
                idleTimeout,
                connectTimeout,
                halfCloseTimeout,
                maxAge,
                splice,
                maxConnectionsPerBackend,
                closeWhenBackendFails,
                healthOptions(),
                new AccessRules(allowed, denied),
                new SourceLimits.Limits(
                        maxConnectionsPerSource, maxRatePerSource, ratePeriod.toNanos()),
                sendProxyProtocol,
                acceptProxyProtocol);
    }

    private HealthOptions healthOptions() {
        return new HealthOptions(healthCheck, connectTimeout, healthFall, healthRise, slowStart);
    }

    /** How many clients fit into a limit of open files: each takes two. */
    public static int clientsAllowedBy(long openFiles) {
        return (int) Math.max(1, Math.min(1 << 20, (openFiles - OTHER_FILES) / 2));
    }

    /**
     * The backends at their addresses.
     *
     * @throws UnknownHostException if a name is not known
     */
    List<Backend> resolve(Settings settings) throws UnknownHostException {
        List<Backend> result = new ArrayList<>();
        BackendLookup.ofAll(backends)
                .forEach(
                        (where, backend) ->
                                result.add(
                                        backendAt(
                                                where,
                                                backend,
                                                settings.maxConnectionsPerBackend())));
        return result;
    }

    private static Backend backendAt(SocketAddress where, BackendOptions backend, int limit) {
        return BackendGroups.backend(BackendGroups.GIVEN, where, backend, limit);
    }

    /** Tells what a loop of this load balancer lacks, and what it does instead. */
    void warnOfWhatIsMissingIn(EventLoop loop) {
        if (acceptMode == AcceptMode.EXCLUSIVE
                && !loop.capabilities().contains(Capability.EXCLUSIVE)) {
            LOG.warn(
                    "the event backend {} cannot wake one thread alone: with accept exclusive each"
                            + " client wakes all that are asleep; epoll can, and accept reuseport"
                            + " does without",
                    loop.backendName());
        }
    }

    EventLoopOptions loopOptions() {
        EventLoopOptions options =
                EventLoopOptions.defaults()
                        .errorHandler(e -> LOG.error("a callback failed; the others go on", e));
        return eventBackend == null ? options : options.backend(eventBackend);
    }

    List<BackendSource> sources() {
        return sources;
    }

    List<ConnectionListener> listeners() {
        return listeners;
    }
}
