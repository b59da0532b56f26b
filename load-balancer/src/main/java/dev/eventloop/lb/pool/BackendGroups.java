package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import dev.eventloop.lb.BackendState;
import dev.eventloop.lb.OperatorState.PoolState;
import dev.eventloop.lb.lookup.HostLookup;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final OperatorChanges changes;
    private final LateBackends late = new LateBackends(this::addLate);
    private final BackendSources sources;

    public BackendGroups(Pool pool, OwnAddresses own, Builds builds) {
        this.pool = pool;
        this.own = own;
        this.changes = new OperatorChanges(pool);
        this.sources = new BackendSources(pool, own, builds, this);
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
        SocketAddress where = BackendLookup.of(options);
        synchronized (this) {
            add(options, where);
            changes.set(options);
        }
    }

    private void add(BackendOptions options, SocketAddress where) {
        refuseIfThere(options);
        own.refuse(options.name(), where);
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
                        GivenBackends.backend(
                                GIVEN, where, options, pool.settings().maxConnectionsPerBackend()));
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
     * Removes a backend; its connections continue.
     *
     * @throws NoSuchElementException if there is none of that name
     * @throws IllegalStateException if it is the last one in use
     */
    public synchronized void remove(String name) {
        Backend doomed = find(name);
        refuseIfLast(doomed);
        pool.remove(backend -> backend == doomed);
        if (isGiven(doomed)) {
            changes.removed(name);
        }
        LOG.info("backend {} is removed; {} connections to it continue", name, doomed.active());
    }

    /**
     * Changes a weight, 0 to 256; with 0 it gets no new connections.
     *
     * @throws NoSuchElementException if there is none of that name
     */
    public synchronized void weight(String name, int weight) {
        Backend backend = find(name);
        if (weight < BackendOptions.MIN_WEIGHT || weight > BackendOptions.MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "backend " + name + ": weight " + weight + " is not from 0 to 256");
        }
        pool.changeWeight(backend, weight);
        if (isGiven(backend)) {
            changes.weighted(name, weight);
        }
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

    /** Whether it is of the configuration or the API, and not of a source. */
    static boolean isGiven(Backend backend) {
        return backend.group().equals(GIVEN);
    }

    private void refuseIfLast(Backend backend) {
        if (pool.backends().stream()
                .noneMatch(b -> b != backend && b.weight() > 0 && b.state() == BackendState.UP)) {
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

    // What outlives the process

    /** The changes by an operator. */
    public synchronized PoolState save() {
        return SavedChanges.of(pool, changes);
    }

    /**
     * Makes saved changes again, after the configuration and the first answers of the sources.
     *
     * @return a sentence for each one that is left out
     */
    public List<String> restore(PoolState saved) {
        return new SavedChanges(pool, this).make(saved, changes.configured());
    }

    // Changes by the configuration

    /**
     * Replaces the backends of the configuration. An operator's change of a backend stays in effect
     * unless the new configuration differs from the previous one for that backend. A backend whose
     * name has no answer yet keeps its address, or else is added when there is an answer.
     *
     * @return a sentence for each backend for which the configuration and an operator differ
     */
    public synchronized List<String> replaceGiven(GivenBackends given) {
        boolean others = pool.backends().stream().anyMatch(backend -> !isGiven(backend));
        List<String> conflicts = forgetOwn();
        conflicts.addAll(changes.configure(given.all(), others));
        Map<String, Backend> found = new HashMap<>();
        given.found().forEach(backend -> found.put(backend.name(), backend));
        List<Backend> wanted = new ArrayList<>();
        List<BackendOptions> unknown = new ArrayList<>();
        for (BackendOptions configured : given.all()) {
            Backend next = found.get(configured.name());
            BackendOptions options = changes.effective(configured);
            if (changes.isRemoved(configured.name())) {
                discard(next);
            } else if (next != null && options.equals(configured)) {
                wanted.add(next);
            } else {
                Backend known = next == null ? pool.find(configured.name()) : next;
                if (known == null) {
                    unknown.add(options);
                } else {
                    wanted.add(given(options, known));
                }
                discard(next);
            }
        }
        for (BackendOptions added : changes.additions()) {
            Backend now = pool.find(added.name());
            if (now != null) {
                wanted.add(given(added, now));
            }
        }
        pool.replace(GIVEN, wanted);
        late.replace(unknown);
        return conflicts;
    }

    /** Forgets those that an operator has added where a frontend has come to listen since. */
    private List<String> forgetOwn() {
        List<String> sentences = new ArrayList<>();
        for (BackendOptions added : changes.additions()) {
            Backend now = pool.find(added.name());
            String reached = now == null ? null : own.reachedAt(now.socketAddress());
            if (reached != null) {
                changes.removed(added.name());
                sentences.add(
                        OwnAddresses.isItself(pool.label(added.name()), reached)
                                + ". It is removed");
            }
        }
        return sentences;
    }

    /** As a new backend at the address of another one, for {@link Pool#replace}. */
    private Backend given(BackendOptions options, Backend there) {
        int limit = pool.settings().maxConnectionsPerBackend();
        return GivenBackends.backend(GIVEN, there.socketAddress(), options, limit);
    }

    private static void discard(Backend backend) {
        if (backend != null) {
            backend.remove();
        }
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
        changes.forget();
        late.replace(List.of());
        sources.close();
    }
}
