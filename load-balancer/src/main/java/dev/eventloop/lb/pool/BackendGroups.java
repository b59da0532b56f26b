package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.lookup.HostLookup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends of a pool by origin: one group for those from the configuration and the API, one for
 * each {@link BackendSource}. Any thread; changes are serialized.
 */
public final class BackendGroups implements AutoCloseable {
    /** The group of backends from the configuration and the API. */
    public static final String GIVEN = "";

    private static final Logger LOG = LoggerFactory.getLogger(BackendGroups.class);

    private final Pool pool;
    private final OwnAddresses own;

    private final LateBackends late = new LateBackends(this::addLate);
    private final BackendSources sources;

    /** Which addresses are the load balancer's: it would connect to itself without end. */
    public interface OwnAddresses {
        /**
         * What a connection to this address would reach, such as {@code "frontend web listens on
         * 0.0.0.0:80"}; null if it leaves the load balancer.
         */
        String reachedAt(SocketAddress address);
    }

    public BackendGroups(Pool pool, OwnAddresses own) {
        this.pool = pool;
        this.own = own;
        this.sources = new BackendSources(pool, own, this);
    }

    /**
     * Creates a backend at its resolved address.
     *
     * @param limit of its connections, if it has none of its own; 0 for none
     */
    static Backend backend(String group, SocketAddress where, BackendOptions options, int limit) {
        int most = options.maxConnections() > 0 ? options.maxConnections() : limit;
        return new Backend(options.name(), group, where, options.weight(), options.backup(), most);
    }

    /** A backend that is picked like this one, and never connected to. */
    public static Backend sample(BackendOptions options) {
        SocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return backend(GIVEN, nowhere, options, 0);
    }

    // Changes by an operator

    /**
     * Adds a backend, from the next connection on. Waits for its address, for as long as {@link
     * HostLookup#PATIENCE}; other changes do not wait meanwhile.
     *
     * @throws IllegalArgumentException if there is one of that name, or at that address, or if it
     *     is the load balancer itself
     * @throws UnknownHostException if its name is not known, or has no answer in time
     */
    public void add(BackendOptions options) throws UnknownHostException {
        refuseIfThere(options);
        add(options, BackendLookup.of(options));
    }

    private synchronized void add(BackendOptions options, SocketAddress where) {
        refuseIfThere(options);
        String reached = own.reachedAt(where);
        if (reached != null) {
            throw new IllegalArgumentException(isItself(options.name(), reached));
        }
        Backend other = pool.at(where);
        if (other != null) {
            throw new IllegalArgumentException(
                    "backend "
                            + options.name()
                            + " is the same as backend "
                            + other.name()
                            + "; change the weight of that one");
        }
        Backend added =
                pool.add(
                        backend(GIVEN, where, options, pool.settings().maxConnectionsPerBackend()));
        LOG.info(
                "backend {} is added, weight {}{}",
                options.name(),
                options.weight(),
                added.state() == BackendState.UP
                        ? ""
                        : ", and still set to " + added.state() + ", with open connections");
    }

    private void refuseIfThere(BackendOptions options) {
        if (pool.find(options.name()) != null) {
            throw new IllegalArgumentException(
                    "backend "
                            + options.name()
                            + " is there already; change its weight, or remove it first");
        }
    }

    private synchronized void addLate(BackendOptions options, SocketAddress where) {
        if (late.take(options)) {
            try {
                add(options, where);
            } catch (IllegalArgumentException e) {
                LOG.warn("a backend of the configuration is left out: {}", e.getMessage());
            }
        }
    }

    /**
     * The sentence that refuses a backend.
     *
     * @param reached see {@link OwnAddresses}
     */
    public static String isItself(String name, String reached) {
        return "backend "
                + name
                + " is the load balancer itself, whose "
                + reached
                + "; give the address of a server";
    }

    /**
     * Removes a backend; its connections continue.
     *
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalStateException if it is the last one in use
     */
    public synchronized void remove(String name) {
        Backend doomed = find(name);
        refuseIfLast(doomed);
        pool.remove(backend -> backend == doomed);
        LOG.info("backend {} is removed; {} connections to it continue", name, doomed.active());
    }

    /**
     * Changes a weight, 1 to 256.
     *
     * @throws NoSuchElementException if there is none of that name
     */
    public synchronized void weight(String name, int weight) {
        Backend backend = find(name);
        if (weight < BackendOptions.MIN_WEIGHT || weight > BackendOptions.MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "backend " + name + ": weight " + weight + " is not from 1 to 256");
        }
        pool.changeWeight(backend, weight);
        LOG.info("backend {} has weight {} now", name, weight);
    }

    /**
     * Takes a backend out of use, or back into it.
     *
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalStateException if it is the last one in use
     */
    public synchronized void state(String name, BackendState state) {
        Backend backend = find(name);
        if (state != BackendState.UP) {
            refuseIfLast(backend);
        }
        pool.change(backend, state);
    }

    private void refuseIfLast(Backend backend) {
        boolean othersLeft =
                pool.backends().stream()
                        .anyMatch(b -> b != backend && b.state() == BackendState.UP);
        if (!othersLeft) {
            throw new IllegalStateException(
                    "backend "
                            + backend.name()
                            + " is the last one in use and stays; first add another one, or set"
                            + " another one up");
        }
    }

    private Backend find(String name) {
        Backend backend = pool.find(name);
        if (backend == null) {
            String names =
                    pool.backends().stream().map(Backend::name).collect(Collectors.joining(", "));
            throw new NoSuchElementException(
                    "there is no backend " + name + "; there are " + names);
        }
        return backend;
    }

    // Changes by the configuration

    /**
     * Replaces the backends of the configuration and the API. One whose name has no answer yet
     * keeps the address that it has, or else is added when there is an answer.
     */
    public synchronized void replaceGiven(GivenBackends given) {
        List<Backend> wanted = new ArrayList<>(given.found());
        List<BackendOptions> unknown = new ArrayList<>();
        for (BackendOptions options : given.late()) {
            Backend now = pool.find(options.name());
            if (now == null) {
                unknown.add(options);
            } else {
                int limit = pool.settings().maxConnectionsPerBackend();
                wanted.add(backend(GIVEN, now.socketAddress(), options, limit));
            }
        }
        pool.replace(GIVEN, wanted);
        late.replace(unknown);
    }

    /**
     * Starts the new sources, and replaces those of the same name that are not equal. Closes the
     * sources that are gone, and removes their backends.
     *
     * @return completes when each new source has answered, or is closed
     */
    public CompletableFuture<Void> replaceSources(List<BackendSource> wanted) {
        return sources.replace(wanted);
    }

    @Override
    public synchronized void close() {
        late.replace(List.of());
        sources.close();
    }
}
