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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** The name of the frontend and of the pool that nobody named. */
    public static final String DEFAULT = "default";

    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    /** Files that the JVM and the program around have open besides connections. */
    private static final int OTHER_FILES = 96;

    private final Map<String, FrontendOptions> frontends = new LinkedHashMap<>();
    private final Map<String, PoolOptions> pools = new LinkedHashMap<>();
    private final List<ConnectionListener> listeners = new ArrayList<>();
    private int threads = Runtime.getRuntime().availableProcessors();
    private boolean pinThreads;
    private String eventBackend;
    private Writer accessLog;
    private AccessLogFormat accessLogFormat = AccessLogFormat.TEXT;

    LoadBalancerBuilder() {}

    @Override
    LoadBalancerBuilder self() {
        return this;
    }

    // Frontends and pools

    /** A frontend, or more of one that was given before. */
    public LoadBalancerBuilder frontend(String name, Consumer<FrontendOptions> options) {
        options.accept(
                frontends.computeIfAbsent(checked(name, "frontend"), key -> new FrontendOptions()));
        return this;
    }

    /** A pool, or more of one that was given before. */
    public LoadBalancerBuilder pool(String name, Consumer<PoolOptions> options) {
        options.accept(pools.computeIfAbsent(checked(name, "pool"), key -> new PoolOptions()));
        return this;
    }

    /** Names are in paths of the API, in labels of metrics and in lines of the log. */
    private static String checked(String name, String what) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
            throw new IllegalArgumentException(
                    "the name of the "
                            + what
                            + " \""
                            + name.replaceAll("\\p{Cntrl}", "?")
                            + "\" must be 1 to 64 letters, digits, dots, hyphens and underscores,"
                            + " the first one a letter or a digit");
        }
        return name;
    }

    // The default frontend and pool

    /**
     * Listens on a port of all IPv4 addresses; 0 picks a free one, see {@link LoadBalancer#port}.
     */
    public LoadBalancerBuilder listen(int port) {
        listen("0.0.0.0", port);
        return this;
    }

    /** Listens on a port of one address, in place of what was given before. */
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

    /** Backends that come and go by themselves; closed in the end. */
    public LoadBalancerBuilder backends(BackendSource source) {
        pool(DEFAULT, p -> p.backends(source));
        return this;
    }

    // The process

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

    /** The event loop's backend, such as {@code "epoll"}; the best one unless said otherwise. */
    public LoadBalancerBuilder eventBackend(String name) {
        this.eventBackend = Objects.requireNonNull(name, "name");
        return this;
    }

    /** Who hears of connections. */
    public LoadBalancerBuilder connectionListener(ConnectionListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Where a line per connection is written, by a thread of its own; not closed in the end. */
    public LoadBalancerBuilder accessLog(Writer writer) {
        this.accessLog = Objects.requireNonNull(writer, "writer");
        return this;
    }

    /** How lines of the access log look; as text unless said otherwise. */
    public LoadBalancerBuilder accessLogFormat(AccessLogFormat format) {
        this.accessLogFormat = Objects.requireNonNull(format, "format");
        return this;
    }

    // What comes of it

    /**
     * Looks up the names, listens, and runs.
     *
     * @throws UnknownHostException if a backend's name is not known
     * @throws IOException if a port is in use or not allowed
     */
    public LoadBalancer start() throws IOException {
        return open(Environment.ofThisMachine()).run();
    }

    /** All of {@link #start} but the threads. */
    LoadBalancer open(Environment environment) throws IOException {
        Plan plan = plan();
        AccessLog log = accessLog == null ? null : new AccessLog(accessLog, accessLogFormat);
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
     * All that {@link #start} does before it listens: whatever is wrong is thrown here as there.
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
     * What it describes, complete and free of contradictions.
     *
     * @throws IllegalArgumentException if it is not
     */
    Plan plan() {
        return Plan.of(processSettings(), frontends, frontendDefaults, pools, poolDefaults);
    }

    private ProcessSettings processSettings() {
        return new ProcessSettings(
                threads, pinThreads, clientsAllowedBy(OpenFileLimit.raise()), eventBackend);
    }

    /** How many clients fit into a limit of open files: each takes two. */
    public static int clientsAllowedBy(long openFiles) {
        return (int) Math.max(1, Math.min(1 << 20, (openFiles - OTHER_FILES) / 2));
    }

    /** Warns of what a loop of this load balancer lacks. */
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
                        .errorHandler(e -> LOG.error("a callback failed; the others go on", e));
        return eventBackend == null ? options : options.backend(eventBackend);
    }

    List<ConnectionListener> listeners() {
        return listeners;
    }
}
