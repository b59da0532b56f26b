package dev.eventloop.lb;

import dev.eventloop.Capability;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.lb.report.AccessLog;
import dev.eventloop.lb.runtime.Environment;
import dev.eventloop.lb.runtime.ProcessSettings;
import dev.eventloop.lb.runtime.Worker;
import dev.eventloop.libc.CpuAffinity;
import dev.eventloop.libc.OpenFileLimit;
import java.io.IOException;
import java.io.Writer;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Describes a {@link LoadBalancer}. For one service, {@link #listen} and {@link #backend} make a
 * frontend and a pool, both called {@code "default"}; for several there are {@link #frontend} and
 * {@link #pool}. A setting of a frontend or a pool that is set here is the default of all of them.
 * Not for use by several threads at a time.
 *
 * <p>Every method throws {@link IllegalArgumentException}, with a sentence that names the value and
 * what would be right, for what can be seen to be wrong at once; {@link #start} for the rest.
 */
public final class LoadBalancerBuilder extends ServiceDefaults<LoadBalancerBuilder> {
    /** The most threads. */
    public static final int MAX_THREADS = Worker.MAX_WORKERS;

    /** The name of the frontend and the pool that {@link #listen} and {@link #backend} make. */
    public static final String DEFAULT = Names.DEFAULT;

    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    /** Open files that are left to the JVM and the embedding program. */
    private static final int OTHER_FILES = 96;

    /** Addresses whose sockets are among the other files. */
    private static final int FEW_ADDRESSES = 8;

    private static final int MOST_ADMIN_CONNECTIONS = 256;

    private final Map<String, FrontendOptions> frontends = new LinkedHashMap<>();
    private final Map<String, PoolOptions> pools = new LinkedHashMap<>();
    private final List<ConnectionListener> listeners = new ArrayList<>();
    private int threads = Runtime.getRuntime().availableProcessors();
    private boolean pinThreads;
    private String eventBackend;
    private Duration stallWarning = Duration.ofSeconds(2);
    private Writer accessLog;
    private AccessLogFormat accessLogFormat = AccessLogFormat.TEXT;
    private InheritedSockets inherited = InheritedSockets.none();
    private OperatorState restored = OperatorState.NONE;
    private Set<AccessLogEvent> accessLogEvents = Set.of(AccessLogEvent.CLOSE);

    LoadBalancerBuilder() {}

    @Override
    LoadBalancerBuilder self() {
        return this;
    }

    // Frontends and pools

    /** A frontend, or more of one that was given before. */
    public LoadBalancerBuilder frontend(String name, Consumer<FrontendOptions> options) {
        options.accept(
                frontends.computeIfAbsent(
                        Names.checked(name, "frontend"), key -> new FrontendOptions()));
        return this;
    }

    /** A pool, or more of one that was given before. */
    public LoadBalancerBuilder pool(String name, Consumer<PoolOptions> options) {
        options.accept(
                pools.computeIfAbsent(Names.checked(name, "pool"), key -> new PoolOptions()));
        return this;
    }

    // The default frontend and pool

    /**
     * Listens on a port of all IPv4 addresses; 0 picks a free one, see {@link LoadBalancer#port}.
     */
    public LoadBalancerBuilder listen(int port) {
        listen("0.0.0.0", port);
        return this;
    }

    /** Listens on a port of one address, in place of an address given before. */
    public LoadBalancerBuilder listen(String host, int port) {
        frontend(DEFAULT, f -> f.listenOnly(host, port));
        return this;
    }

    /** See {@link FrontendOptions#route(String, String)}. */
    public LoadBalancerBuilder route(String serverName, String pool) {
        frontend(DEFAULT, f -> f.route(serverName, pool));
        return this;
    }

    /** A backend of weight 1. */
    public LoadBalancerBuilder backend(String host, int port) {
        pool(DEFAULT, p -> p.backend(host, port));
        return this;
    }

    /** See {@link PoolOptions#backend(String, int, int)}. */
    public LoadBalancerBuilder backend(String host, int port, int weight) {
        pool(DEFAULT, p -> p.backend(host, port, weight));
        return this;
    }

    /** A backend that listens on a unix-domain socket. */
    public LoadBalancerBuilder backend(UnixDomainSocketAddress address, int weight) {
        pool(DEFAULT, p -> p.backend(address, weight));
        return this;
    }

    /** A backend. */
    public LoadBalancerBuilder backend(BackendOptions backend) {
        pool(DEFAULT, p -> p.backend(backend));
        return this;
    }

    /** A source of backends; closed with the load balancer. */
    public LoadBalancerBuilder backends(BackendSource source) {
        pool(DEFAULT, p -> p.backends(source));
        return this;
    }

    // The process

    /** The number of threads, each with its own event loop; by default one per core. */
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
     * Whether to bind each thread to one of the cores that this process may use; more threads than
     * cores start again at the first core. Off by default: it helps on a machine that does nothing
     * else, and hurts on any other.
     *
     * @throws IllegalArgumentException if this system cannot do that
     */
    public LoadBalancerBuilder pinThreads(boolean pin) {
        String why = CpuAffinity.unavailableBecause();
        if (pin && why != null) {
            throw new IllegalArgumentException(
                    "threads cannot be pinned here: " + why + "; leave threads unpinned");
        }
        this.pinThreads = pin;
        return this;
    }

    /** The backend of the event loops, such as {@code "epoll"}; by default the best one. */
    public LoadBalancerBuilder eventBackend(String name) {
        this.eventBackend = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Logs a loop that has not turned for this long, with its stack; 2 s by default, 0 for never.
     */
    public LoadBalancerBuilder stallWarning(Duration time) {
        this.stallWarning = Amounts.notNegative(time, "the time of the stall warning");
        return this;
    }

    /** Adds a listener of connections. */
    public LoadBalancerBuilder connectionListener(ConnectionListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Writes a line per connection to this writer, on a separate thread; does not close it. */
    public LoadBalancerBuilder accessLog(Writer writer) {
        this.accessLog = Objects.requireNonNull(writer, "writer");
        return this;
    }

    /** The format of the access log; text by default. */
    public LoadBalancerBuilder accessLogFormat(AccessLogFormat format) {
        this.accessLogFormat = Objects.requireNonNull(format, "format");
        return this;
    }

    /**
     * Takes over listening sockets that another process has opened, where the addresses are the
     * same; the rest is bound as usual. {@link #start} takes them even if it fails.
     */
    public LoadBalancerBuilder inherit(InheritedSockets sockets) {
        this.inherited = Objects.requireNonNull(sockets, "sockets");
        return this;
    }

    /** What the access log has lines for; {@link AccessLogEvent#CLOSE} by default. */
    public LoadBalancerBuilder accessLogEvents(Set<AccessLogEvent> events) {
        if (events.isEmpty()) {
            throw new IllegalArgumentException(
                    "the access log has lines for no event; give one at least, or no access log");
        }
        this.accessLogEvents = Set.copyOf(events);
        return this;
    }

    /**
     * Makes the changes again that an operator had made of another load balancer, before the first
     * client. A change is left out, with a line in the log, if the configuration says something
     * else of that backend than it did then.
     */
    public LoadBalancerBuilder restore(OperatorState state) {
        this.restored = Objects.requireNonNull(state, "state");
        return this;
    }

    // Start

    /**
     * Resolves the host names, listens, and starts the threads.
     *
     * @throws UnknownHostException if a backend's name is not known
     * @throws IOException if a port is in use or not allowed
     */
    public LoadBalancer start() throws IOException {
        return open(Environment.ofThisMachine()).run();
    }

    /** Does all of {@link #start} but start the threads. */
    LoadBalancer open(Environment environment) throws IOException {
        Plan plan = plan();
        AccessLog log =
                accessLog == null
                        ? null
                        : new AccessLog(accessLog, accessLogFormat, accessLogEvents);
        try {
            return new LoadBalancer(this, plan, environment, log);
        } catch (IOException | RuntimeException | Error e) {
            if (log != null) {
                log.close();
            }
            throw e;
        }
    }

    /**
     * Does all that {@link #start} does before it listens, and throws the same exceptions.
     *
     * @throws UnknownHostException if a backend's name is not known
     */
    public void check() throws UnknownHostException {
        plan().check();
        try (EventLoop loop = EventLoop.create(loopOptions())) {
            warnOfWhatIsMissingIn(loop);
        }
    }

    /**
     * The names of the backends that the first short connections would go to, each connection from
     * another address.
     *
     * @param pool its name
     */
    public List<String> firstPicks(String pool, int count) {
        return plan().firstPicks(pool, count);
    }

    /**
     * The complete and consistent configuration.
     *
     * @throws IllegalArgumentException if something is missing or contradictory
     */
    Plan plan() {
        return Plan.of(processSettings(), frontends, frontendDefaults, pools, poolDefaults);
    }

    private ProcessSettings processSettings() {
        return new ProcessSettings(
                threads,
                pinThreads,
                clientsAllowedBy(OpenFileLimit.raise() - manyListeners()),
                eventBackend,
                stallWarning);
    }

    /** Their sockets, one per thread, where there are more than a few. */
    private long manyListeners() {
        long addresses = frontends.values().stream().mapToLong(f -> f.addresses().size()).sum();
        return Math.max(0, (addresses - FEW_ADDRESSES) * threads);
    }

    /** How many clients fit into a limit of open files: each takes two. */
    public static int clientsAllowedBy(long openFiles) {
        long left = openFiles - OTHER_FILES - adminConnectionsAllowedBy(openFiles);
        return (int) Math.max(1, Math.min(1 << 20, left / 2));
    }

    /** How many connections to the admin port fit into a limit of open files. */
    public static int adminConnectionsAllowedBy(long openFiles) {
        return (int) Math.max(4, Math.min(MOST_ADMIN_CONNECTIONS, openFiles / 16));
    }

    /** Warns if the loop lacks a capability that this configuration needs. */
    void warnOfWhatIsMissingIn(EventLoop loop) {
        boolean exclusive =
                plan().frontends().stream()
                        .anyMatch(f -> f.settings().acceptMode() == AcceptMode.EXCLUSIVE);
        if (exclusive && !loop.capabilities().contains(Capability.EXCLUSIVE)) {
            LOG.warn(
                    "the event backend {} cannot wake one thread alone: with accept exclusive each"
                            + " client wakes all that wait; use epoll, or accept reuseport",
                    loop.backendName());
        }
    }

    EventLoopOptions loopOptions() {
        EventLoopOptions options =
                EventLoopOptions.defaults()
                        .errorHandler(e -> LOG.error("a callback failed; the others continue", e));
        return eventBackend == null ? options : options.backend(eventBackend);
    }

    OperatorState restored() {
        return restored;
    }

    InheritedSockets inherited() {
        return inherited;
    }

    List<ConnectionListener> listeners() {
        return listeners;
    }
}
