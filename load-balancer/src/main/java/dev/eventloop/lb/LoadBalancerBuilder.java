package dev.eventloop.lb;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.libc.OpenFileLimit;
import dev.eventloop.net.NativeAddress;
import java.io.IOException;
import java.io.Writer;
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

    /** The least and the greatest weight of a backend. */
    public static final int MIN_WEIGHT = 1;

    public static final int MAX_WEIGHT = 256;

    /** The most threads. */
    public static final int MAX_THREADS = 1024;

    /** Files that the JVM and the program around have open besides connections. */
    private static final int OTHER_FILES = 96;

    private final List<Target> targets = new ArrayList<>();
    private InetSocketAddress address;
    private Algorithm algorithm = Algorithm.WEIGHTED_ROUND_ROBIN;
    private int threads = Runtime.getRuntime().availableProcessors();
    private int maxClients;
    private int retries = 2;
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration halfCloseTimeout = Duration.ofSeconds(30);
    private String eventBackend;
    private Writer accessLog;

    LoadBalancerBuilder() {}

    private record Target(String name, SocketAddress address, int weight) {}

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
        return backend(host, port, MIN_WEIGHT);
    }

    /**
     * A backend.
     *
     * @param host a name, which is looked up once, by {@link #start}, or an IPv4 or IPv6 address
     * @param port 1 to 65535
     * @param weight 1 to 256: its share of the connections
     */
    public LoadBalancerBuilder backend(String host, int port, int weight) {
        String name = Names.of(Objects.requireNonNull(host, "host"), port);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "backend " + name + ": port " + port + " is not from 1 to 65535");
        }
        return add(name, InetSocketAddress.createUnresolved(host, port), weight);
    }

    /** A backend that listens on a unix-domain socket. */
    public LoadBalancerBuilder backend(UnixDomainSocketAddress address, int weight) {
        String name = "unix:" + address.getPath();
        try {
            NativeAddress.of(address).close();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("backend " + name + ": " + e.getMessage(), e);
        }
        return add(name, address, weight);
    }

    private LoadBalancerBuilder add(String name, SocketAddress address, int weight) {
        if (weight < MIN_WEIGHT || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "backend " + name + ": weight " + weight + " is not from 1 to 256");
        }
        for (Target other : targets) {
            if (other.name.equals(name)) {
                throw new IllegalArgumentException(
                        "backend " + name + " is given twice; give it once, with a higher weight");
            }
        }
        targets.add(new Target(name, address, weight));
        return this;
    }

    /** How backends are picked; {@link Algorithm#WEIGHTED_ROUND_ROBIN} unless said otherwise. */
    public LoadBalancerBuilder algorithm(Algorithm algorithm) {
        this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
        return this;
    }

    /** Threads, each with a loop of its own; one a core unless said otherwise. */
    public LoadBalancerBuilder threads(int threads) {
        this.threads = positive(threads, "the number of threads");
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
     * The most clients at a time; others wait. As many as open files allow unless said otherwise.
     */
    public LoadBalancerBuilder maxClients(int maxClients) {
        this.maxClients = positive(maxClients, "the number of clients");
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
        this.idleTimeout = positive(time, "the idle timeout");
        return this;
    }

    /** How long a backend may take to accept a connection; 5 s unless said otherwise. */
    public LoadBalancerBuilder connectTimeout(Duration time) {
        this.connectTimeout = positive(time, "the connect timeout");
        return this;
    }

    /** The idle timeout once one side has ended; 30 s unless said otherwise. */
    public LoadBalancerBuilder halfCloseTimeout(Duration time) {
        this.halfCloseTimeout = positive(time, "the half-close timeout");
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
        List<Backend> backends = resolve();
        AccessLog log =
                accessLog == null ? null : new AccessLog(accessLog, surroundings.wallClock());
        try {
            return new LoadBalancer(settings, backends, surroundings, loopOptions(), log);
        } catch (IOException | RuntimeException e) {
            backends.forEach(Backend::close);
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
        settings();
        resolve().forEach(Backend::close);
        EventLoop.create(loopOptions()).close();
    }

    /** As {@link #start} would use it: the names of the first backends picked, in order. */
    public List<String> firstPicks(int count) {
        int[] weights = targets.stream().mapToInt(Target::weight).toArray();
        Schedule schedule = algorithm.schedule(weights);
        List<String> picks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picks.add(targets.get(schedule.next()).name);
        }
        return picks;
    }

    private Settings settings() {
        if (address == null) {
            throw new IllegalArgumentException("there is no port to listen on");
        }
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "the host " + address.getHostString() + " to listen on is unknown");
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("there is no backend; at least one is needed");
        }
        return new Settings(
                address,
                algorithm,
                threads,
                maxClients > 0 ? maxClients : clientsAllowedBy(OpenFileLimit.raise()),
                Math.min(retries, targets.size() - 1), // no backend is tried twice
                idleTimeout,
                connectTimeout,
                halfCloseTimeout);
    }

    /** How many clients fit into a limit of open files: each takes two. */
    public static int clientsAllowedBy(long openFiles) {
        return (int) Math.max(1, Math.min(1 << 20, (openFiles - OTHER_FILES) / 2));
    }

    private List<Backend> resolve() throws UnknownHostException {
        List<Target> resolved = new ArrayList<>();
        for (Target target : targets) {
            SocketAddress where = resolve(target);
            for (Target other : resolved) {
                if (other.address.equals(where)) {
                    throw new IllegalArgumentException(
                            "backend "
                                    + target.name
                                    + " is the same as backend "
                                    + other.name
                                    + "; give it once, with a higher weight");
                }
            }
            resolved.add(new Target(target.name, where, target.weight));
        }
        List<Backend> backends = new ArrayList<>();
        for (Target target : resolved) {
            backends.add(new Backend(target.name, target.address, target.weight));
        }
        return backends;
    }

    private static SocketAddress resolve(Target target) throws UnknownHostException {
        if (!(target.address instanceof InetSocketAddress inet)) {
            return target.address;
        }
        InetSocketAddress resolved = new InetSocketAddress(inet.getHostString(), inet.getPort());
        if (resolved.isUnresolved()) {
            throw new UnknownHostException(
                    "backend "
                            + target.name
                            + ": the host "
                            + inet.getHostString()
                            + " is unknown; give an address, or a name that resolves");
        }
        return resolved;
    }

    private EventLoopOptions loopOptions() {
        EventLoopOptions options =
                EventLoopOptions.defaults()
                        .errorHandler(e -> LOG.error("a callback failed; the others go on", e));
        return eventBackend == null ? options : options.backend(eventBackend);
    }

    private static int positive(int value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be 1 or more");
        }
        return value;
    }

    private static Duration positive(Duration value, String what) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    what + " is " + Durations.toString(value) + "; it must be more than 0");
        }
        return value;
    }
}
