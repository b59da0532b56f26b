package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import dev.eventloop.lb.BackendState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
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

    /** What was left out as an address of the load balancer itself, so that it is said once. */
    private final Set<String> leftOut = new HashSet<>();

    private final Map<String, BackendSource> sources = new LinkedHashMap<>();

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

    /**
     * Resolves the backends of the configuration, without adding them to the pool.
     *
     * @param limit of the connections of each that has none of its own; 0 for none
     * @throws UnknownHostException if a name is not known
     * @throws IllegalArgumentException if two are the same
     */
    public static List<Backend> resolve(List<BackendOptions> wanted, int limit)
            throws UnknownHostException {
        List<Backend> resolved = new ArrayList<>();
        BackendLookup.ofAll(wanted)
                .forEach((where, options) -> resolved.add(backend(GIVEN, where, options, limit)));
        return resolved;
    }

    /** A backend that is picked like this one, and never connected to. */
    public static Backend sample(BackendOptions options) {
        SocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return backend(GIVEN, nowhere, options, 0);
    }

    // Changes by an operator

    /**
     * Adds a backend, from the next connection on.
     *
     * @throws IllegalArgumentException if there is one of that name, or at that address, or if it
     *     is the load balancer itself
     * @throws UnknownHostException if its name is not known
     */
    public synchronized void add(BackendOptions options) throws UnknownHostException {
        if (pool.find(options.name()) != null) {
            throw new IllegalArgumentException(
                    "backend "
                            + options.name()
                            + " is there already; change its weight, or remove it first");
        }
        SocketAddress where = BackendLookup.of(options);
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

    /** Replaces the backends of the configuration and the API. */
    public synchronized void replaceGiven(List<Backend> backends) {
        pool.replace(GIVEN, backends);
    }

    /**
     * Starts the new sources, and replaces those of the same name that are not equal. Closes the
     * sources that are gone, and removes their backends.
     */
    public void replaceSources(List<BackendSource> wanted) {
        List<BackendSource> begin = register(wanted);
        // Not under the lock: a source may wait for an answer, which comes on another thread.
        begin.forEach(source -> source.start(answer -> sourceAnswered(source, answer)));
    }

    /** Returns the sources to start. */
    private synchronized List<BackendSource> register(List<BackendSource> wanted) {
        List<BackendSource> begin = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (BackendSource source : wanted) {
            names.add(source.name());
            BackendSource running = sources.get(source.name());
            if (source.equals(running)) {
                if (source != running) {
                    source.close(); // the running one has its answers already
                }
                continue;
            }
            if (running != null) {
                running.close(); // its backends stay until the next one has an answer
            }
            sources.put(source.name(), source);
            begin.add(source);
        }
        List<BackendSource> gone =
                sources.values().stream().filter(s -> !names.contains(s.name())).toList();
        for (BackendSource source : gone) {
            sources.remove(source.name());
            source.close();
        }
        names.add(GIVEN);
        pool.remove(backend -> !names.contains(backend.group()));
        return begin;
    }

    private synchronized void sourceAnswered(BackendSource source, List<BackendOptions> answer) {
        if (sources.get(source.name()) != source) {
            return; // it was closed in the meantime
        }
        List<Backend> backends = new ArrayList<>();
        int limit = pool.settings().maxConnectionsPerBackend();
        for (BackendOptions options : answer) {
            try {
                SocketAddress where = BackendLookup.of(options);
                if (!isOwn(source, options.name(), where)) {
                    backends.add(backend(source.name(), where, options, limit));
                }
            } catch (UnknownHostException e) {
                LOG.warn("a backend of {} is left out: {}", source.name(), e.getMessage());
            }
        }
        pool.replace(source.name(), backends);
        LOG.info(
                "{} resolved to {}",
                source.name(),
                backends.isEmpty()
                        ? "no addresses"
                        : backends.stream().map(Backend::name).toList());
    }

    private boolean isOwn(BackendSource source, String name, SocketAddress where) {
        String reached = own.reachedAt(where);
        if (reached != null && leftOut.add(name)) {
            LOG.warn("left out of {}: {}", source.name(), isItself(name, reached));
        }
        return reached != null;
    }

    @Override
    public synchronized void close() {
        sources.values().forEach(BackendSource::close);
        sources.clear();
    }
}
